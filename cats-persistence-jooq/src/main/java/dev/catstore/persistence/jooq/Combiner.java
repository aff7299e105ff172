package dev.catstore.persistence.jooq;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Combines requests that come while every slot is taken into one batch, by leaders and followers:
 * there is no thread behind it, and nobody waits for a crowd.
 *
 * <p>A call that finds a free slot takes it, and is processed alone in its own thread. Any other
 * queues and parks. A leader that is done first hands its slot to the head of the queue, which
 * takes along all that is queued by the time it runs, and then answers its followers. A queued call
 * leaves if its thread is interrupted; one that has been taken along does not.
 *
 * <p>Two requests with the same claim are never in progress at once, and are taken in the order in
 * which they came. What is in progress for longer than the combiner's patience, such as a request
 * that waits for somebody else's lock, holds up nobody any longer: its slot is replaced, and
 * requests with its claim are processed alone.
 */
final class Combiner<T, R> {
  /** What is done with the requests. */
  interface Work<T, R> {
    /** Processes one request. */
    R alone(T request);

    /**
     * Processes several requests.
     *
     * @return for each of them, in their order, what returns or throws its answer in the thread of
     *     its caller; empty if nothing was done, and it is to be processed alone
     */
    List<Optional<Supplier<R>>> together(List<T> requests);

    /** What one request at a time may have; empty if the request can meet any other. */
    default Optional<Object> claim(T request) {
      return Optional.empty();
    }
  }

  private static final int MAX_BATCH = 256;

  private final Work<T, R> work;
  private final int slots;
  private final long patienceNanos;

  /** Guards the rest, and what is not final in the calls but for their state. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Deque<Call<T, R>> queue = new ArrayDeque<>();
  private final Deque<Call<T, R>> leaders = new ArrayDeque<>();
  private final Map<Object, Call<T, R>> claims = new HashMap<>();

  /**
   * @param slots how many batches may be in progress at once
   * @param patience from when on one of them no longer holds up others
   */
  Combiner(Work<T, R> work, int slots, Duration patience) {
    this.work = work;
    this.slots = slots;
    this.patienceNanos = patience.toNanos();
  }

  /**
   * Processes a request.
   *
   * @throws InterruptedException if the thread is interrupted while the request is queued; it is
   *     not processed then
   */
  R call(T request) throws InterruptedException {
    var call = new Call<T, R>(request, work.claim(request));
    if (!begin(call)) {
      await(call);
    }
    if (call.state == State.LEADING) {
      lead(call);
    }
    return call.answer.isPresent() ? call.answer.get().get() : alone(call);
  }

  /** Takes a free slot, or queues. */
  private boolean begin(Call<T, R> call) {
    lock.lock();
    try {
      boolean free = leaders.size() < slots && isFree(call);
      if (free) {
        makeLeader(call);
      } else {
        queue.add(call);
      }
      return free;
    } finally {
      lock.unlock();
    }
  }

  private void await(Call<T, R> call) throws InterruptedException {
    boolean interrupted = false;
    while (call.isPending()) {
      LockSupport.parkNanos(this, patienceNanos);
      interrupted |= Thread.interrupted();
      if (call.state == State.QUEUED && interrupted && leave(call)) {
        throw new InterruptedException("interrupted in the queue");
      }
      if (call.state == State.QUEUED) {
        passWhatIsStuck(call);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean leave(Call<T, R> call) {
    lock.lock();
    try {
      return queue.remove(call);
    } finally {
      lock.unlock();
    }
  }

  private void passWhatIsStuck(Call<T, R> call) {
    lock.lock();
    try {
      Call<T, R> claimant = call.claim.map(claims::get).orElse(null);
      Call<T, R> inTheWay = claimant == null ? leaders.peek() : claimant;
      if (inTheWay != null && isOverdue(inTheWay) && queue.remove(call)) {
        if (claimant == null) {
          leaders.remove(inTheWay);
          makeLeader(call);
        } else {
          call.state = State.DONE;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Processes what is queued together with the leader's own request. */
  private void lead(Call<T, R> leader) {
    List<Call<T, R>> batch = gather(leader);
    if (batch.size() == 1) {
      return;
    }
    // An interrupt of the leader is not its followers' affair.
    boolean interrupted = Thread.interrupted();
    List<Optional<Supplier<R>>> answers = answers(batch);
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).answer = answers.get(i);
    }
    end(leader, batch.stream().filter(it -> it.answer.isPresent()).toList());
    for (Call<T, R> call : batch) {
      call.state = State.DONE;
      LockSupport.unpark(call.thread);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Call<T, R>> gather(Call<T, R> leader) {
    List<Call<T, R>> batch = new ArrayList<>();
    batch.add(leader);
    lock.lock();
    try {
      for (var queued = queue.iterator(); queued.hasNext() && batch.size() < MAX_BATCH; ) {
        Call<T, R> call = queued.next();
        if (isFree(call)) {
          queued.remove();
          take(call, leader);
          call.state = State.TAKEN;
          batch.add(call);
        }
      }
    } finally {
      lock.unlock();
    }
    return batch;
  }

  /** Nobody waits for ever for an answer, whatever happens. */
  private List<Optional<Supplier<R>>> answers(List<Call<T, R>> batch) {
    try {
      List<Optional<Supplier<R>>> answers =
          work.together(batch.stream().map(it -> it.request).toList());
      if (answers.size() == batch.size()) {
        return answers;
      }
      throw new IllegalStateException(answers.size() + " answers to " + batch.size());
    } catch (Throwable failure) {
      return Collections.nCopies(
          batch.size(),
          Optional.of(
              () -> {
                throw new IllegalStateException("a batch failed", failure);
              }));
    }
  }

  private R alone(Call<T, R> call) {
    try {
      return work.alone(call.request);
    } finally {
      end(call, List.of(call));
    }
  }

  /** Hands on the slot, if the call has one, and what these calls have claimed. */
  private void end(Call<T, R> leader, List<Call<T, R>> done) {
    Call<T, R> next = null;
    lock.lock();
    try {
      leaders.remove(leader);
      for (Call<T, R> call : done) {
        call.claim.ifPresent(it -> claims.remove(it, call.leader));
      }
      if (leaders.size() < slots) {
        next = queue.stream().filter(this::isFree).findFirst().orElse(null);
      }
      if (next != null) {
        queue.remove(next);
        makeLeader(next);
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      LockSupport.unpark(next.thread);
    }
  }

  private boolean isFree(Call<T, R> call) {
    return call.claim.isEmpty() || !claims.containsKey(call.claim.get());
  }

  private boolean isOverdue(Call<T, R> leader) {
    return System.nanoTime() - leader.since >= patienceNanos;
  }

  private void makeLeader(Call<T, R> call) {
    call.since = System.nanoTime();
    leaders.add(call);
    take(call, call);
    call.state = State.LEADING;
  }

  private void take(Call<T, R> call, Call<T, R> leader) {
    call.leader = leader;
    call.claim.ifPresent(it -> claims.put(it, leader));
  }

  private enum State {
    QUEUED,
    TAKEN,
    LEADING,
    DONE
  }

  private static final class Call<T, R> {
    final T request;
    final Optional<Object> claim;
    final Thread thread = Thread.currentThread();
    volatile State state = State.QUEUED;
    Optional<Supplier<R>> answer = Optional.empty();
    Call<T, R> leader = this;
    long since;

    Call(T request, Optional<Object> claim) {
      this.request = request;
      this.claim = claim;
    }

    boolean isPending() {
      return state == State.QUEUED || state == State.TAKEN;
    }
  }
}
