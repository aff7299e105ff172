package dev.catstore.persistence.jooq;

import dev.catstore.domain.CatStore;

/** The contract again, where every call sends a statement of its own. */
class JooqCatStoreWithoutCoalescingTest extends JooqCatStoreTest {
  private final CatStore store = database().store().withoutCoalescing();

  @Override
  public CatStore store() {
    return store;
  }
}
