/**
 * A test kit for authors of stores: {@link dev.catstore.tests.CatStoreContract}, the specification
 * of {@link dev.catstore.domain.CatStore} as JUnit tests, and {@link
 * dev.catstore.tests.InMemoryCatStore}, a store that keeps it.
 *
 * <p>To prove a store, write a test class that implements the contract and hands out an empty store
 * for each test. It will be tested for everything that can be provoked through the port alone; what
 * happens when the store is lost, how much memory a call takes, and how long a key is kept need
 * tests of the store's own.
 */
@NullMarked
package dev.catstore.tests;

import org.jspecify.annotations.NullMarked;
