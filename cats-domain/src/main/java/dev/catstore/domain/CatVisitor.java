package dev.catstore.domain;

/**
 * Is shown one cat after the other.
 *
 * @param <X> what it may throw, which ends the visit
 */
@FunctionalInterface
public interface CatVisitor<X extends Exception> {
  /** Is shown the next cat. */
  void visit(Cat cat) throws X;
}
