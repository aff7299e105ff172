package dev.catstore.tests;

import dev.catstore.domain.CatStore;
import org.junit.jupiter.api.Timeout;

/**
 * What each contract is about: one store. A test that takes minutes is stuck, and is ended.
 *
 * <p>A test may call the store from many threads, and from within a visitor or an iterator, so a
 * store over a pool needs room for at least two connections.
 */
@Timeout(300)
public interface StoreSubject {
  /**
   * The store under test. It is empty when a test begins, and the same one however often a test
   * asks.
   */
  CatStore store();
}
