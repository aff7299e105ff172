-- Turns the table cats, found or made by V1, into ours, or refuses it and changes nothing: one transaction.
-- What it refuses it raises as P0001, with a message for people.

-- Rather a clear error than waiting for ever behind another application.
set local lock_timeout = '30s';

-- Is it a table that we can take? Everything that stands in the way is named at once.
do $$
declare
  adopted constant regclass := 'cats';
  id_number smallint;
  shape record;
  findings text[] := '{}';
  finding text;
begin
  select * into shape from pg_class where oid = adopted;
  if shape.relkind <> 'r' or shape.relpersistence <> 'p' or shape.reloftype <> 0
      or exists (select from pg_inherits where adopted in (inhrelid, inhparent)) then
    raise exception 'cats cannot be adopted: it is %', case
      when shape.relkind <> 'r' then 'not an ordinary table but ' || case shape.relkind
        when 'v' then 'a view' when 'm' then 'a materialized view' when 'p' then 'a partitioned table'
        when 'f' then 'a foreign table' when 'S' then 'a sequence' when 'c' then 'a composite type'
        else 'an index' end
      when shape.relpersistence = 'u' then 'an unlogged table'
      when shape.relpersistence = 't' then 'a temporary table'
      when shape.reloftype <> 0 then 'a table of a composite type'
      else 'part of an inheritance' end;
  end if;

  lock table cats in access exclusive mode;

  -- The columns.
  for finding in
    select case when a.attname is null then format('it has no column %s', wanted.name)
      else format('column %s is %s, not %s', wanted.name, format_type(a.atttypid, a.atttypmod), wanted.words) end
    from (values
      (1, 'id', 'smallint, integer or bigint', '{int2,int4,int8}'::regtype[]),
      (2, 'name', 'varchar or text', '{varchar,text}'),
      (3, 'price', 'smallint, integer or bigint', '{int2,int4,int8}'),
      (4, 'breed', 'varchar or text', '{varchar,text}')) as wanted (place, name, words, types)
    left join pg_attribute a on a.attrelid = adopted and a.attname = wanted.name and a.attnum > 0
    where a.attname is null or a.atttypid <> all (wanted.types)
    order by wanted.place
  loop
    findings := findings || finding;
  end loop;
  for finding in
    select case when a.attname = 'revision' then 'it has a column revision already'
      when a.attgenerated <> '' then format('column %I is generated', a.attname)
      else format('column %I must be given, it has no default', a.attname) end
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = adopted and a.attnum > 0 and not a.attisdropped
      and (a.attname = 'revision'
        or a.attgenerated <> ''
        or (a.attname not in ('id', 'name', 'price', 'breed') and (a.attnotnull or t.typnotnull)
          and not a.atthasdef and a.attidentity = '' and t.typdefault is null))
    order by a.attnum
  loop
    findings := findings || finding;
  end loop;

  -- What restricts the rows or acts on them: the store could not keep its promises.
  select attnum into id_number from pg_attribute where attrelid = adopted and attname = 'id';
  for finding in
    select case when contype = 'p' then format('its primary key %I is not the id alone', conname)
      else pg_describe_object('pg_constraint'::regclass, oid, 0) || ' is in the way' end
    from pg_constraint
    where (conrelid = adopted or confrelid = adopted)
      and contype not in ('n', 'u', 't')
      and not (contype = 'p' and conkey = array[id_number] and not condeferrable)
    order by oid
  loop
    findings := findings || finding;
  end loop;
  for finding in
    select format('unique index %s is in the way', indexrelid::regclass)
    from pg_index
    where indrelid = adopted and indisunique and not indisprimary
      and id_number <> all ((indkey::smallint[])[0:indnkeyatts - 1])
    order by indexrelid
  loop
    findings := findings || finding;
  end loop;
  if shape.relrowsecurity or shape.relforcerowsecurity then
    findings := findings || text 'row-level security is on';
  end if;

  -- What depends on the table: views, rules, triggers, policies, functions, and what may come to be.
  for finding in
    select distinct case when r.rulename = '_RETURN' then pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      else pg_describe_object(d.classid, d.objid, d.objsubid) end || ' is in the way'
    from pg_depend d
    left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    left join pg_publication_rel p on d.classid = 'pg_publication_rel'::regclass and p.oid = d.objid
    where d.refclassid = 'pg_class'::regclass and d.refobjid = adopted and d.deptype <> 'i'
      -- A publication of the whole table outlives the change, and so do indexes and sequences, defaults,
      -- and statistics; constraints are seen to above.
      and (p.oid is null or p.prqual is not null or p.prattrs is not null)
      and d.classid not in ('pg_class'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass,
        'pg_statistic_ext'::regclass)
    order by 1
  loop
    findings := findings || finding;
  end loop;

  if findings <> '{}' then
    raise exception 'table cats cannot be adopted: %', array_to_string(findings, '; ');
  end if;
end
$$;

-- The rows: each one that no cat can be is named by its id; of the others only outer white space goes.
do $$
declare
  -- What Java's String.strip takes away: the code points for which Character.isWhitespace is true.
  white constant text := E'\u0009\u000A\u000B\u000C\u000D\u001C\u001D\u001E\u001F\u0020\u1680'
    || E'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200A\u2028\u2029\u205F\u3000';
  -- Unicode's category Cc; PostgreSQL's text cannot hold U+0000.
  controls constant text := '[\u0001-\u001F\u007F-\u009F]';
  wrong bigint;
  ids text;
begin
  select count(*), string_agg(coalesce(id::text, 'null'), ', ' order by place) filter (where place <= 100)
    into wrong, ids
  from (
    select id, row_number() over (order by id) as place
    from (select id, price, btrim(name, white) as name, btrim(breed, white) as breed from cats) as stripped
    where (id >= 1
      and price between 0 and 2147483647
      and char_length(name) between 1 and 100 and name collate "C" !~ controls
      and char_length(breed) between 1 and 100 and breed collate "C" !~ controls) is not true) as broken;
  if wrong > 0 then
    raise exception
      'table cats cannot be adopted: % of its rows cannot be cats (a cat has an id from 1, a name and a breed of 1 to 100 characters without control characters, and a price from 0 to 2147483647); correct or delete these and try again, nothing was changed; ids: %',
      wrong, ids || case when wrong > 100 then ', ...' else '' end;
  end if;

  update cats set name = btrim(name, white), breed = btrim(breed, white)
  where name collate "C" <> btrim(name, white) or breed collate "C" <> btrim(breed, white);
end
$$;

-- The ids come from the sequence cats_id_seq, go on after every one that was ever given, and are the
-- primary key. An identity column becomes a plain one. A sequence that does not belong to the column
-- stays as it is, unless it is nobody's and has the name.
do $$
declare
  adopted constant regclass := 'cats';
  shape record;
  id_column record;
  named record;
  source record;
  kept regclass;
  given bigint;
  last_given bigint := 0;
  grantee text;
begin
  select relnamespace, relowner, relacl into shape from pg_class where oid = adopted;
  select a.attnum, a.attidentity, d.oid as default_oid, pg_get_expr(d.adbin, d.adrelid) as default_text
    into id_column
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = adopted and a.attname = 'id';

  -- Whose is the name?
  select c.oid, c.relkind, (
      select pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid) from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
        and (d.refobjid, d.refobjsubid) <> (adopted, id_column.attnum)) as holder
    into named
  from pg_class c where c.relnamespace = shape.relnamespace and c.relname = 'cats_id_seq';
  if named.relkind <> 'S' or named.holder is not null then
    raise exception 'table cats cannot be adopted: the name of the sequence of its ids is taken, by %',
      pg_describe_object('pg_class'::regclass, named.oid, 0) || coalesce(' of ' || named.holder, '');
  end if;

  -- What has been given: by the column's own sequences, by what its default draws from, by what has the name.
  for source in
    select s.seqrelid::regclass as name from pg_sequence s
    where s.seqrelid = named.oid
      or exists (select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = s.seqrelid and d.deptype in ('a', 'i')
          and d.refclassid = 'pg_class'::regclass and d.refobjid = adopted and d.refobjsubid = id_column.attnum)
      or exists (select from pg_depend d
        where d.classid = 'pg_attrdef'::regclass and d.objid = id_column.default_oid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = s.seqrelid)
  loop
    execute format('select last_value - case when is_called then 0 else 1 end from %s', source.name) into given;
    last_given := greatest(last_given, given);
  end loop;
  if id_column.default_oid is not null and not exists (
      select from pg_depend d join pg_sequence s on s.seqrelid = d.refobjid
      where d.classid = 'pg_attrdef'::regclass and d.objid = id_column.default_oid
        and d.refclassid = 'pg_class'::regclass) then
    raise exception 'table cats cannot be adopted: the default of its id, %, draws from no sequence',
      id_column.default_text;
  end if;
  select greatest(last_given, max(cats.id)) into last_given from cats;

  if id_column.attidentity <> '' then
    alter table cats alter column id drop identity;
  else
    alter table cats alter column id drop default;
  end if;

  select oid into kept from pg_class where relnamespace = shape.relnamespace and relname = 'cats_id_seq';
  if kept is null then
    select s.seqrelid into kept from pg_sequence s join pg_depend d on d.objid = s.seqrelid
    where d.classid = 'pg_class'::regclass and d.deptype = 'a'
      and d.refclassid = 'pg_class'::regclass and d.refobjid = adopted and d.refobjsubid = id_column.attnum
    order by s.seqrelid limit 1;
    if kept is not null then
      execute format('alter sequence %s rename to cats_id_seq', kept);
    else
      create sequence cats_id_seq;
      -- Whoever may insert has had no need of a right to this sequence until now.
      for grantee in
        select case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end
        from aclexplode(shape.relacl) a where a.privilege_type = 'INSERT'
      loop
        execute 'grant usage on sequence cats_id_seq to ' || grantee;
      end loop;
    end if;
  end if;
  if (select relowner from pg_class where oid = 'cats_id_seq'::regclass) <> shape.relowner then
    execute format('alter sequence cats_id_seq owner to %I', pg_get_userbyid(shape.relowner));
  end if;
  alter sequence cats_id_seq as bigint increment by 1 minvalue 1 no maxvalue
    start with 1 restart with 1 cache 1 no cycle owned by cats.id;
  perform setval('cats_id_seq', greatest(last_given, 1), last_given >= 1);

  if not exists (select from pg_constraint where conrelid = adopted and contype = 'p') then
    alter table cats add primary key (id);
  end if;
end
$$;

-- The checks keep what is written past the store within what a cat can be; the types do the rest. Outer
-- white space is what Java's String.strip takes away, control characters are Unicode's category Cc.
alter table cats
  alter column id type bigint,
  alter column id set default nextval('cats_id_seq'),
  alter column id set not null,
  alter column name type varchar(100) collate "C",
  alter column name set not null,
  alter column price type integer,
  alter column price set not null,
  alter column breed type varchar(100) collate "C",
  alter column breed set not null,
  add column revision bigint not null default 1,
  add constraint cats_id_positive check (id >= 1),
  add constraint cats_name_not_empty check (name <> ''),
  add constraint cats_name_stripped check (name !~ '^[\u0009-\u000D\u001C-\u0020\u1680\u2000-\u2006\u2008-\u200A\u2028\u2029\u205F\u3000]|[\u0009-\u000D\u001C-\u0020\u1680\u2000-\u2006\u2008-\u200A\u2028\u2029\u205F\u3000]$'),
  add constraint cats_name_without_controls check (name !~ '[\u0001-\u001F\u007F-\u009F]'),
  add constraint cats_price_not_negative check (price >= 0),
  add constraint cats_breed_not_empty check (breed <> ''),
  add constraint cats_breed_stripped check (breed !~ '^[\u0009-\u000D\u001C-\u0020\u1680\u2000-\u2006\u2008-\u200A\u2028\u2029\u205F\u3000]|[\u0009-\u000D\u001C-\u0020\u1680\u2000-\u2006\u2008-\u200A\u2028\u2029\u205F\u3000]$'),
  add constraint cats_breed_without_controls check (breed !~ '[\u0001-\u001F\u007F-\u009F]'),
  add constraint cats_revision_positive check (revision >= 1);
