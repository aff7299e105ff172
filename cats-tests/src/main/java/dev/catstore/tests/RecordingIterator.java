package dev.catstore.tests;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** Items that tell when they are pulled, and whether they were after the call was over. */
class RecordingIterator<T> implements Iterator<T> {
  private final IntFunction<T> item;
  private final int count;
  private final IntConsumer beforeEach;
  private boolean closed;
  int pulls;
  int pullsAfterClose;

  RecordingIterator(IntFunction<T> item, int count, IntConsumer beforeEach) {
    this.item = item;
    this.count = count;
    this.beforeEach = beforeEach;
  }

  /** Items of which the one with this number, from 0, throws this when it is pulled. */
  static <T> RecordingIterator<T> failingAt(
      int at, Throwable failure, IntFunction<T> item, int count) {
    return new RecordingIterator<>(
        item,
        count,
        pull -> {
          if (pull == at) {
            throw ThrownOnPurpose.<RuntimeException>sneak(failure);
          }
        });
  }

  void close() {
    closed = true;
  }

  @Override
  public boolean hasNext() {
    look();
    return pulls < count;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int pull = pulls++;
    beforeEach.accept(pull);
    return item.apply(pull);
  }

  private void look() {
    if (closed) {
      pullsAfterClose++;
    }
  }
}
