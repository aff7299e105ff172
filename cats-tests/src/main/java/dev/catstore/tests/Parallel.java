package dev.catstore.tests;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Calls from many threads that begin together. */
final class Parallel {
  /** How many threads meet where a contract speaks of any number. */
  static final int THREADS = 16;

  private static final int PATIENCE_SECONDS = 120;

  private Parallel() {}

  /** What one of the threads does. */
  @FunctionalInterface
  interface Task<T> {
    /** Runs in the thread with this number, counted from 0. */
    T run(int thread) throws Exception;
  }

  /** Runs the task in each thread, and gives the results in the order of the threads. */
  static <T> List<T> run(int threads, Task<T> task) throws Exception {
    var start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      var futures = new ArrayList<Future<T>>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        futures.add(
            pool.submit(
                () -> {
                  start.await(PATIENCE_SECONDS, SECONDS);
                  return task.run(thread);
                }));
      }
      var results = new ArrayList<T>();
      for (Future<T> future : futures) {
        results.add(future.get(PATIENCE_SECONDS, SECONDS));
      }
      return results;
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(PATIENCE_SECONDS, SECONDS);
    }
  }
}
