package dev.catstore.persistence.jooq;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import java.util.Optional;
import org.jooq.Configuration;

/** The calls about one cat, on connections that auto-commit. */
final class SingleCats {
  private final Configuration configuration;
  private final CatStatements statements;

  private SingleCats(Configuration configuration, CatStatements statements) {
    this.configuration = configuration;
    this.statements = statements;
  }

  static SingleCats on(Configuration configuration) {
    return new SingleCats(configuration, new CatStatements(Optional.empty()));
  }

  SingleCats loggedBy(SlowStatements slow) {
    return new SingleCats(slow.listenIn(configuration), new CatStatements(Optional.of(slow)));
  }

  Optional<Cat> find(long id) {
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.query(() -> statements.find(session.connection(), id));
    }
  }

  Cat add(NewCat cat) {
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.write(() -> statements.add(session.connection(), cat));
    }
  }

  Cat add(NewCat cat, IdempotencyKey key) {
    try (StoreSession session = StoreSession.open(configuration)) {
      return IdempotentWrites.add(session, cat, key);
    }
  }

  Cat edit(CatRef which, CatEdit edit) {
    try (StoreSession session = StoreSession.open(configuration)) {
      Optional<Cat> edited =
          session.write(() -> statements.edit(session.connection(), which, edit));
      if (edited.isEmpty()) {
        CatSql.refuseIfStale(session, which);
        throw new NoSuchCatException(which.id());
      }
      return edited.get();
    }
  }
}
