package dev.catstore.domain;

/**
 * Is shown one breed after the other.
 *
 * @param <X> what it may throw, which ends the visit
 */
@FunctionalInterface
public interface BreedVisitor<X extends Exception> {
  /** Is shown the next breed. */
  void visit(BreedSummary breed) throws X;
}
