package dev.catstore.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Random;
import java.util.function.Supplier;

/** What clients ask for under load, and what they ask it of. */
enum HttpScenario {
  ONE(10_000) {
    @Override
    String request(Random random, int cats) {
      return get("/cats/" + id(random, cats));
    }
  },
  PAGE(1_000_000) {
    @Override
    String request(Random random, int cats) {
      return get("/cats?sort=price&limit=100&price_min=" + random.nextInt(10_000));
    }
  },
  LIST(1_000) {
    @Override
    String request(Random random, int cats) {
      return get("/");
    }
  },
  ADD(10_000) {
    @Override
    String request(Random random, int cats) {
      int i = random.nextInt(cats);
      return with("POST", "/cats", json(i));
    }
  },
  EDIT(10_000) {
    @Override
    String request(Random random, int cats) {
      return with(
          "PATCH", "/cats/" + id(random, cats), "{\"price\":" + random.nextInt(10_000) + "}");
    }
  },
  /** 80 % one, 12 % edit, 8 % add. */
  MIXED(10_000) {
    @Override
    String request(Random random, int cats) {
      int dice = random.nextInt(100);
      return (dice < 80 ? ONE : dice < 92 ? EDIT : ADD).request(random, cats);
    }
  };

  private final int cats;

  HttpScenario(int cats) {
    this.cats = cats;
  }

  /** How many there are, with the ids from 1 on, before the first request. */
  int cats() {
    return cats;
  }

  abstract String request(Random random, int cats);

  /** The same requests each time. */
  Supplier<byte[]> requests() {
    var random = new Random(1);
    return () -> request(random, cats).getBytes(US_ASCII);
  }

  static String json(int i) {
    return "{\"name\":\"cat number %d\",\"price\":%d,\"breed\":\"breed %d\"}"
        .formatted(i, i % 10_000, i % 100);
  }

  private static int id(Random random, int cats) {
    return 1 + random.nextInt(cats);
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  }

  private static String with(String method, String path, String body) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }
}
