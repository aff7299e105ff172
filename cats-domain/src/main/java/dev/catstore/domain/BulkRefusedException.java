package dev.catstore.domain;

import java.io.Serial;
import java.util.List;
import java.util.OptionalLong;

/** Some of many cats cannot be put or edited; nothing was done. */
public final class BulkRefusedException extends CatStoreException {
  /** How many refusals are named; of the others only their number is known. */
  public static final int MAX_REFUSALS = 20;

  @Serial private static final long serialVersionUID = 1;

  private final transient List<Refusal> refusals;
  private final long more;

  /** Why a cat is refused. */
  public enum Reason {
    /** Its id has come before in the same call. */
    REPEATED,
    /** There is no cat with its id. */
    NO_SUCH_CAT,
    /** The cat is at another revision than the expected one. */
    STALE
  }

  /**
   * One cat that is refused.
   *
   * @param position where the caller has it from
   * @param id its id
   * @param reason why it is refused
   * @param firstPosition where the id came first, if it is repeated
   */
  public record Refusal(long position, long id, Reason reason, OptionalLong firstPosition) {}

  /**
   * @param refusals the first ones in the order of the call, 1 to {@link #MAX_REFUSALS}
   * @param more how many others there are
   */
  public BulkRefusedException(List<Refusal> refusals, long more) {
    super(
        "%s refused, the first with id %s: %s"
            .formatted(refusals.size() + more, refusals.get(0).id(), refusals.get(0).reason()),
        null);
    this.refusals = List.copyOf(refusals);
    this.more = more;
  }

  /** What is refused, in the order of the call: the first ones, at least one. */
  public List<Refusal> refusals() {
    return refusals;
  }

  /** How many others there are. */
  public long more() {
    return more;
  }
}
