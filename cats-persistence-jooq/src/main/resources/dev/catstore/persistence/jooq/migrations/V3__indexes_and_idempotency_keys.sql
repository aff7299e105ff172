-- Each sort of a listing reads its index forwards or backwards; breed with id serves the filter too.
create index cats_name_id_idx on cats (name, id);
create index cats_price_id_idx on cats (price, id);
create index cats_breed_id_idx on cats (breed, id);

-- The first answer under each key: the cat as it was added, whatever became of it since.
create table cats_idempotency_keys (
  key varchar(255) collate "C" primary key,
  cat_id bigint not null,
  name varchar(100) collate "C" not null,
  price integer not null,
  breed varchar(100) collate "C" not null,
  added_at timestamptz not null default now()
);
