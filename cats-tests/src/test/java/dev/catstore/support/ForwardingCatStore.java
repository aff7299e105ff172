package dev.catstore.support;

import dev.catstore.domain.BreedVisitor;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import java.util.Iterator;
import java.util.Optional;

/** A store that forwards every call to another one; a test overrides what should differ. */
public class ForwardingCatStore implements CatStore {
  private final CatStore delegate;

  public ForwardingCatStore(CatStore delegate) {
    this.delegate = delegate;
  }

  /** The store that a call is forwarded to; asked for once by every call. */
  protected CatStore delegate() {
    return delegate;
  }

  @Override
  public Cat add(NewCat cat) {
    return delegate().add(cat);
  }

  @Override
  public Cat add(NewCat cat, IdempotencyKey key) {
    return delegate().add(cat, key);
  }

  @Override
  public long addAll(Iterator<NewCat> cats) {
    return delegate().addAll(cats);
  }

  @Override
  public Optional<Cat> find(long id) {
    return delegate().find(id);
  }

  @Override
  public Page page(PageRequest request) {
    return delegate().page(request);
  }

  @Override
  public <X extends Exception> void each(CatFilter filter, CatVisitor<X> visitor) throws X {
    delegate().each(filter, visitor);
  }

  @Override
  public Cat edit(CatRef which, CatEdit edit) {
    return delegate().edit(which, edit);
  }

  @Override
  public boolean remove(CatRef which) {
    return delegate().remove(which);
  }

  @Override
  public long count(CatFilter filter) {
    return delegate().count(filter);
  }

  @Override
  public <X extends Exception> void eachBreed(BreedVisitor<X> visitor) throws X {
    delegate().eachBreed(visitor);
  }
}
