package dev.catstore.tests;

/**
 * The whole contract of a {@link dev.catstore.domain.CatStore}, by subject. A store over a cluster
 * of databases, which cannot tell what was there at one moment, implements the parts without {@link
 * SnapshotContract} instead.
 */
public interface CatStoreContract
    extends AddContract,
        IdempotencyContract,
        AddAllContract,
        PutAllContract,
        EditAllContract,
        BulkKeyContract,
        BulkConcurrencyContract,
        FindContract,
        EditContract,
        RemoveContract,
        FilterContract,
        PageContract,
        VisitContract,
        BreedContract,
        SnapshotContract {}
