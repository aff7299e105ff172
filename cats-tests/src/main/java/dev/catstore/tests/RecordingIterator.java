package dev.catstore.tests;

import dev.catstore.domain.NewCat;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntConsumer;

/** Cats that tell when they are pulled, and whether they were after the call was over. */
class RecordingIterator implements Iterator<NewCat> {
  private final int count;
  private final IntConsumer beforeEach;
  private boolean closed;
  int pulls;
  int pullsAfterClose;

  RecordingIterator(int count, IntConsumer beforeEach) {
    this.count = count;
    this.beforeEach = beforeEach;
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
  public NewCat next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int pull = pulls++;
    beforeEach.accept(pull);
    return Samples.cat(pull);
  }

  private void look() {
    if (closed) {
      pullsAfterClose++;
    }
  }
}
