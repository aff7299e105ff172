-- draft, to be replaced
alter table cats
  alter column id type bigint,
  alter column name type varchar(100) collate "C",
  alter column breed type varchar(100) collate "C",
  alter column name set not null,
  alter column price set not null,
  alter column breed set not null,
  add column revision bigint not null default 1;
alter sequence cats_id_seq as bigint;
