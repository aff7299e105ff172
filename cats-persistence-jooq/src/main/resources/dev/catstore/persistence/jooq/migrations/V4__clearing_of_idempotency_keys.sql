-- Keys are cleared away by their age.
create index cats_idempotency_keys_added_at_idx on cats_idempotency_keys (added_at);
