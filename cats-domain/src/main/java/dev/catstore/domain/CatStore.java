package dev.catstore.domain;

import java.util.Iterator;
import java.util.Optional;

/**
 * A catalogue of cats: the port that every store implements.
 *
 * <p>Every method may be called from any number of threads at once, and each call is atomic: it is
 * done wholly or not at all, and no other call sees a part of it. A call that begins after another
 * one returned sees what that one did. A store that is spread over several databases may have to
 * let a call that reads many cats see a part of what others write meanwhile; then it says so.
 *
 * <p>Ids are positive, given by the store, and never given twice. They grow in one server, but are
 * not ordered by time across servers.
 *
 * <p>Besides what a method names, each may throw {@link StoreUnavailableException}: nothing was
 * done. A method that only reads may throw {@link QueryTimeoutException}: it took too long. A
 * method that writes may throw {@link OutcomeUnknownException}: the store was lost before it said
 * whether the write was done. A null argument is a {@link NullPointerException}.
 *
 * <p>Nothing that a store returns must be closed: the store runs the loops itself. It pulls what
 * goes in from an iterator, and shows what comes out to a visitor, in the thread of the caller.
 * Both may call the store again, unless the store says otherwise. What a visitor or an iterator
 * throws ends the call and comes out of it unchanged.
 */
public interface CatStore {
  /**
   * Adds a cat. The same cat added twice makes two.
   *
   * @return the cat, with its new id and revision 1
   */
  Cat add(NewCat cat);

  /**
   * Adds a cat once, however often it is called with the same key and an equal cat: the first call
   * adds it, each later one returns the first result, the cat as it was added, even if it has been
   * edited or removed since. A call with a key that is already in progress waits for it to
   * complete. A call that failed leaves no trace of its key.
   *
   * <p>Keys are kept for at least 24 hours.
   *
   * @return the cat as it was added, at revision 1
   * @throws KeyReusedException if the key was used for a cat with another name, price or breed;
   *     nothing was added
   * @throws StoreUnavailableException also if another call with the same key is in progress for too
   *     long
   */
  Cat add(NewCat cat, IdempotencyKey key);

  /** Adds many cats, as {@link #addAll(Iterator, BulkOptions)} does, each time it is called. */
  default long addAll(Iterator<NewCat> cats) {
    return addAll(cats, BulkOptions.NONE).added();
  }

  /**
   * Adds many cats, all or none. Their ids grow in the order in which they come.
   *
   * <p>What holds for every call with many cats: it needs constant memory where the store is not
   * itself in memory, and nobody sees a part of it. Its iterator is pulled once, and not any more
   * once the call has returned. What the iterator throws ends the call, and so does a null, with a
   * {@link NullPointerException}; then nothing was done.
   *
   * <p>A dry run reads and checks everything, returns or throws what the call would, and does
   * nothing. Under a key the call is done once: each later call of the same method with the same
   * key and equal cats (positions are not compared) pulls them all, does nothing, and returns the
   * first counts. It waits for a call that is in progress. A call that failed leaves no trace of
   * its key. The keys are those of {@link #add(NewCat, IdempotencyKey)}.
   *
   * @return how many were added, which may be 0
   * @throws KeyReusedException if the key was used for anything else; nothing was done
   * @throws StoreUnavailableException also if another call with the same key is in progress for too
   *     long
   */
  BulkCounts addAll(Iterator<NewCat> cats, BulkOptions options);

  /**
   * Puts many cats under their ids, all or none, as {@link #addAll(Iterator, BulkOptions)} says: an
   * export comes back as it was.
   *
   * <p>A cat that is there, and is as it is put, stays at its revision and counts as unchanged. One
   * that is there otherwise is replaced and gets its next revision. One that is not there is added
   * under its id, at the revision with which it comes, or at 1. No later call gives its id to
   * another cat.
   *
   * @throws BulkRefusedException if an id comes twice, or a cat is there at another revision than
   *     the expected one; nothing was done
   * @throws KeyReusedException if the key was used for anything else; nothing was done
   * @throws StoreUnavailableException also if other calls with many cats, or one with the same key,
   *     are in progress for too long
   */
  BulkCounts putAll(Iterator<BulkPut> puts, BulkOptions options);

  /**
   * Changes many cats, all or none, as {@link #addAll(Iterator, BulkOptions)} says. Each gets its
   * next revision, also where the edit sets what was there already.
   *
   * @throws BulkRefusedException if an id comes twice, if there is no cat with an id, or if a cat
   *     is at another revision than the expected one; nothing was done
   * @throws KeyReusedException if the key was used for anything else; nothing was done
   * @throws StoreUnavailableException also if other calls with many cats, or one with the same key,
   *     are in progress for too long
   */
  BulkCounts editAll(Iterator<BulkEdit> edits, BulkOptions options);

  /**
   * Finds one cat.
   *
   * @return the cat; empty if there is none with this id, also if the id is not positive
   */
  Optional<Cat> find(long id);

  /**
   * Finds a part of a listing: the cats that the filter accepts, in the order of the sort, after
   * the position, as many as the limit allows.
   *
   * <p>Whoever walks from page to page through {@link Page#next} meets every cat that is there
   * during the whole walk and keeps its sort key exactly once, whatever else is written meanwhile.
   */
  Page page(PageRequest request);

  /** Shows every cat that the filter accepts, in the order of their ids. */
  default <X extends Exception> void each(CatFilter filter, CatVisitor<X> visitor) throws X {
    each(filter, CatSort.BY_ID, visitor);
  }

  /**
   * Shows every cat that the filter accepts to the visitor, in the order of the sort, in constant
   * memory. The visitor sees the cats as they were at one moment after the call began: nothing that
   * is written meanwhile, also not by the visitor.
   *
   * @throws X if the visitor does; no further cat is shown
   */
  <X extends Exception> void each(CatFilter filter, CatSort sort, CatVisitor<X> visitor) throws X;

  /**
   * Changes one cat. Of two edits that expect the same revision exactly one is done. The revision
   * of the answer is one more than before, also where the edit sets what was there already.
   *
   * @return the cat as it is now
   * @throws NoSuchCatException if there is no cat with this id
   * @throws StaleRevisionException if {@code which} expects a revision that the cat does not have;
   *     nothing was changed
   */
  Cat edit(CatRef which, CatEdit edit);

  /**
   * Removes one cat.
   *
   * @return whether it was there: false where there is no cat with this id, also if {@code which}
   *     expects a revision
   * @throws StaleRevisionException if {@code which} expects a revision that the cat does not have;
   *     nothing was removed
   */
  boolean remove(CatRef which);

  /** How many cats the filter accepts. */
  long count(CatFilter filter);

  /**
   * About how many cats the filter accepts, 0 or more, in a time that does not grow with their
   * number where the store can tell; otherwise their number.
   */
  default long estimateCount(CatFilter filter) {
    return count(filter);
  }

  /**
   * Shows every breed of which there is a cat to the visitor, in the order of their code points, in
   * constant memory and as they were at one moment, as {@link #each(CatFilter, CatSort,
   * CatVisitor)} does.
   *
   * @throws X if the visitor does; no further breed is shown
   */
  <X extends Exception> void eachBreed(BreedVisitor<X> visitor) throws X;
}
