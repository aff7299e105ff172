-- The first answer to a call with many cats under its key: what tells the same cats from others, and the counts.
set local lock_timeout = '30s';

alter table cats_idempotency_keys
  alter column cat_id drop not null,
  alter column name drop not null,
  alter column price drop not null,
  alter column breed drop not null,
  add column digest varchar(64) collate "C",
  add column added bigint,
  add column changed bigint,
  add column unchanged bigint;
-- By itself: Citus adds no constraint along with other changes.
alter table cats_idempotency_keys
  add constraint cats_idempotency_keys_of_one_or_many check (
    num_nulls(cat_id, name, price, breed) = 0 and num_nonnulls(digest, added, changed, unchanged) = 0
    or num_nonnulls(cat_id, name, price, breed) = 0 and num_nulls(digest, added, changed, unchanged) = 0);
