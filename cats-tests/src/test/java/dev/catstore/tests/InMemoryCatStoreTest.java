package dev.catstore.tests;

import dev.catstore.domain.CatStore;

class InMemoryCatStoreTest implements CatStoreContract {
  private final CatStore store = new InMemoryCatStore();

  @Override
  public CatStore store() {
    return store;
  }
}
