package dev.catstore.persistence.jooq;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who goes with whom, in which thread and order, and what happens to whom. */
@Timeout(60)
final class CombinerTest {
  /** A request that is not answered before the test says so. */
  private static final String SLOW = "slow";

  private final Recorder work = new Recorder();
  private final Combiner<String, String> combiner = combiner(1);

  @Test
  void call_whileASlotIsFree_isProcessedAloneInItsOwnThread() throws Exception {
    assertThat(combiner.call("a")).isEqualTo("a in " + Thread.currentThread().getName());
    assertThat(combiner.call("b")).startsWith("b in");
    assertThat(work.batches).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void calls_whileTheSlotsAreTaken_areProcessedTogetherByTheFirstOfThem() throws Exception {
    Caller slow = calling(SLOW);
    List<Caller> queued = List.of(calling("a"), calling("b"), calling("c"));
    work.gate.release();

    assertThat(slow.answer()).startsWith(SLOW);
    for (Caller caller : queued) {
      assertThat(caller.answer()).isEqualTo(caller.request + " by " + queued.get(0).getName());
    }
    assertThat(work.batches).containsExactly(List.of(SLOW), List.of("a", "b", "c"));
  }

  @Test
  void calls_onSeveralSlots_areProcessedAtOnce() throws Exception {
    var two = combiner(2);
    List<Caller> callers = List.of(calling(two, SLOW + 1), calling(two, SLOW + 2));
    assertThat(work.batches).containsExactly(List.of(SLOW + 1), List.of(SLOW + 2));
    Caller queued = calling(two, "a");
    work.gate.release(2);
    for (Caller caller : callers) {
      assertThat(caller.answer()).startsWith(SLOW);
    }
    assertThat(queued.answer()).startsWith("a");
  }

  @Test
  void calls_moreThanABatchHolds_areProcessedInSeveral() throws Exception {
    Caller slow = calling(SLOW);
    List<Caller> queued =
        IntStream.range(0, 300).mapToObj(i -> calling(Integer.toString(i))).toList();
    work.gate.release();
    assertThat(slow.answer()).startsWith(SLOW);
    for (Caller caller : queued) {
      assertThat(caller.answer()).startsWith(caller.request + " by");
    }
    assertThat(work.batches.stream().map(List::size)).containsExactly(1, 256, 44);
  }

  @Test
  void calls_withTheSameClaim_areProcessedOneAfterAnotherInTheirOrder() throws Exception {
    Caller slow = calling(SLOW);
    List<Caller> queued =
        List.of(calling("x=1"), calling("x=2"), calling("y=1"), calling("x=3"), calling("y=2"));
    work.gate.release();
    assertThat(slow.answer()).startsWith(SLOW);
    for (Caller caller : queued) {
      assertThat(caller.answer()).startsWith(caller.request);
    }
    assertThat(work.batches)
        .containsExactly(
            List.of(SLOW), List.of("x=1", "y=1"), List.of("x=2", "y=2"), List.of("x=3"));
  }

  @Test
  void call_withAClaimInProgress_waitsThoughASlotIsFree_andOthersPassIt() throws Exception {
    var two = combiner(2);
    Caller slow = calling(two, "x=" + SLOW);
    Caller queued = calling(two, "x=1");
    assertThat(two.call("y=1")).startsWith("y=1");
    work.gate.release();
    assertThat(slow.answer()).startsWith("x=" + SLOW);
    assertThat(queued.answer()).startsWith("x=1");
    assertThat(work.batches).containsExactly(List.of("x=" + SLOW), List.of("y=1"), List.of("x=1"));
  }

  @Test
  void calls_withoutAnAnswer_areProcessedAloneInTheirOwnThreads_andKeepTheirClaims()
      throws Exception {
    Caller slow = calling(SLOW);
    List<Caller> queued = List.of(calling("a"), calling("x=alone"), calling("x=2"));
    work.gate.release();
    assertThat(slow.answer()).startsWith(SLOW);
    assertThat(queued.get(0).answer()).isEqualTo("a by " + queued.get(0).getName());
    assertThat(queued.get(1).answer()).isEqualTo("x=alone in " + queued.get(1).getName());
    assertThat(queued.get(2).answer()).startsWith("x=2");
    assertThat(work.batches)
        .containsExactly(
            List.of(SLOW), List.of("a", "x=alone"), List.of("x=alone"), List.of("x=2"));
  }

  @Test
  void call_thatFails_failsForItsCallerOnly() throws Exception {
    Caller slow = calling(SLOW);
    Caller bad = calling("bad");
    Caller good = calling("good");
    work.gate.release();
    assertThat(slow.answer()).startsWith(SLOW);
    assertThat(good.answer()).startsWith("good by");
    assertThatThrownBy(bad::answer).hasRootCauseMessage("bad on purpose");
    assertThatThrownBy(() -> combiner.call("bad")).hasMessage("bad on purpose");
    assertThat(combiner.call("after")).startsWith("after");
  }

  @Test
  void batch_thatFails_failsForEachWithAnExceptionOfItsOwn() throws Exception {
    for (String failure : List.of("broken", "short")) {
      Caller slow = calling(SLOW + failure);
      List<Caller> queued = List.of(calling("a"), calling(failure), calling("c"));
      work.gate.release();
      assertThat(slow.answer()).startsWith(SLOW);
      List<Throwable> failures = new ArrayList<>();
      for (Caller caller : queued) {
        assertThatThrownBy(caller::answer)
            .cause()
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("a batch failed")
            .satisfies(failures::add);
      }
      assertThat(failures).doesNotHaveDuplicates();
      assertThat(combiner.call("after")).startsWith("after");
    }
  }

  @Test
  void queuedCall_whoseThreadIsInterrupted_leavesWithoutBeingProcessed() throws Exception {
    Caller slow = calling(SLOW);
    Caller left = calling("left");
    Caller stays = calling("stays");
    left.interrupt();
    assertThatThrownBy(left::answer).hasCauseInstanceOf(InterruptedException.class);
    work.gate.release();
    assertThat(slow.answer()).startsWith(SLOW);
    assertThat(stays.answer()).startsWith("stays");
    assertThat(work.batches).containsExactly(List.of(SLOW), List.of("stays"));
  }

  @Test
  void takenCall_whoseThreadIsInterrupted_getsItsAnswer_andItsThreadStaysInterrupted()
      throws Exception {
    Caller slow = calling(SLOW);
    Caller leader = calling("leader " + SLOW);
    Caller follower = calling("follower");
    work.gate.release();
    assertThat(slow.answer()).startsWith(SLOW);
    work.awaitBatches(2);
    follower.interrupt();
    follower.awaitParkedWithoutInterrupt();
    work.gate.release();
    assertThat(follower.answer()).startsWith("follower by");
    assertThat(leader.answer()).startsWith("leader");
    assertThat(follower.interrupted).isTrue();
    assertThat(leader.interrupted).isFalse();
  }

  @Test
  void leader_whoseThreadIsInterrupted_leadsAllTheSame() throws Exception {
    Caller slow = calling(SLOW);
    Caller leader = calling("leader");
    work.interruptedWhileGathering = leader;
    Caller follower = calling("interrupting");
    work.gate.release();
    assertThat(follower.answer()).isEqualTo("interrupting by " + leader.getName());
    assertThat(leader.answer()).isEqualTo("leader by " + leader.getName());
    assertThat(leader.interrupted).isTrue();
    assertThat(work.interruptedInBatch).isFalse();
    assertThat(slow.answer()).startsWith(SLOW);
  }

  @Test
  void slot_thatIsTakenForTooLong_isReplaced() throws Exception {
    var impatient = new Combiner<>(work, 1, Duration.ofMillis(10));
    Caller slow = calling(impatient, SLOW);
    Caller slower = calling(impatient, SLOW + 2);
    assertThat(impatient.call("a")).startsWith("a");
    work.gate.release(2);
    assertThat(slow.answer()).startsWith(SLOW);
    assertThat(slower.answer()).startsWith(SLOW);
  }

  @Test
  void claim_thatIsTakenForTooLong_holdsNobodyUp() throws Exception {
    var impatient = new Combiner<>(work, 2, Duration.ofMillis(10));
    Caller slow = calling(impatient, "x=" + SLOW);
    Caller queued = calling(impatient, "x=1");
    assertThat(queued.answer()).isEqualTo("x=1 in " + queued.getName());
    work.gate.release();
    assertThat(slow.answer()).startsWith("x=" + SLOW);
  }

  private Combiner<String, String> combiner(int slots) {
    return new Combiner<>(work, slots, Duration.ofHours(1));
  }

  private Caller calling(String request) {
    return calling(combiner, request);
  }

  /** A call that is in progress or queued by now. */
  private Caller calling(Combiner<String, String> on, String request) {
    var caller = new Caller(on, request);
    caller.start();
    if (request.contains(SLOW) && !request.startsWith("leader")) {
      work.awaitProcessed(request);
    } else {
      caller.awaitParked();
    }
    return caller;
  }

  private static final class Caller extends Thread {
    private final Combiner<String, String> on;
    private final String request;
    private final FutureTask<String> answer;
    private volatile boolean interrupted;

    Caller(Combiner<String, String> on, String request) {
      super("caller of " + request);
      this.on = on;
      this.request = request;
      Callable<String> call =
          () -> {
            try {
              return on.call(request);
            } finally {
              interrupted = isInterrupted();
            }
          };
      this.answer = new FutureTask<>(call);
      setDaemon(true);
    }

    @Override
    public void run() {
      answer.run();
    }

    void awaitParked() {
      while (LockSupport.getBlocker(this) != on && !answer.isDone()) {
        Thread.onSpinWait();
      }
    }

    /** Parked again after the interrupt. */
    void awaitParkedWithoutInterrupt() {
      while (isInterrupted() || LockSupport.getBlocker(this) != on) {
        Thread.onSpinWait();
      }
    }

    String answer() throws InterruptedException, ExecutionException {
      return answer.get();
    }
  }

  /** Writes down what is processed. The claim is what comes before an equals sign. */
  private static final class Recorder implements Combiner.Work<String, String> {
    private final List<List<String>> batches = new CopyOnWriteArrayList<>();
    private final Semaphore gate = new Semaphore(0);
    private volatile Thread interruptedWhileGathering = new Thread();
    private volatile boolean interruptedInBatch;

    @Override
    public Optional<Object> claim(String request) {
      if (request.equals("interrupting")) {
        return Optional.of(new Interrupting());
      }
      return request.contains("=")
          ? Optional.of(request.substring(0, request.indexOf('=')))
          : Optional.empty();
    }

    @Override
    public String alone(String request) {
      begin(List.of(request));
      return answer(request, " in ", Thread.currentThread().getName());
    }

    @Override
    public List<Optional<Supplier<String>>> together(List<String> requests) {
      begin(requests);
      String thread = Thread.currentThread().getName();
      if (requests.contains("broken")) {
        throw new IllegalArgumentException("broken");
      }
      if (requests.contains("short")) {
        return nCopies(2, Optional.empty());
      }
      interruptedInBatch |= Thread.currentThread().isInterrupted();
      List<Optional<Supplier<String>>> answers = new ArrayList<>();
      for (String request : requests) {
        answers.add(
            request.endsWith("alone")
                ? Optional.empty()
                : Optional.of(() -> answer(request, " by ", thread)));
      }
      return answers;
    }

    private void begin(List<String> requests) {
      batches.add(List.copyOf(requests));
      if (requests.stream().anyMatch(it -> it.contains(SLOW))) {
        gate.acquireUninterruptibly();
      }
    }

    private static String answer(String request, String how, String thread) {
      if (request.equals("bad")) {
        throw new IllegalArgumentException("bad on purpose");
      }
      return request + how + thread;
    }

    /** Interrupts the leader when it looks whether it can take the request along. */
    private final class Interrupting {
      @Override
      public int hashCode() {
        if (Thread.currentThread() == interruptedWhileGathering) {
          Thread.currentThread().interrupt();
        }
        return 1;
      }

      @Override
      public boolean equals(Object other) {
        return this == other;
      }
    }

    void awaitProcessed(String request) {
      while (batches.stream().noneMatch(it -> it.contains(request))) {
        Thread.onSpinWait();
      }
    }

    void awaitBatches(int number) {
      while (batches.size() < number) {
        Thread.onSpinWait();
      }
    }
  }
}
