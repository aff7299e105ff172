-- The table as the tutorial application makes it, where it is not there already.
create table if not exists cats (
  id serial primary key,
  name varchar(100),
  price integer,
  breed varchar(100)
);
