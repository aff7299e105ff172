-- A part of the name is found by its trigrams, where the database has or allows pg_trgm; without it by a scan.
do $$
declare
  operators text;
begin
  begin
    create extension if not exists pg_trgm;
  exception
    when insufficient_privilege or undefined_file or feature_not_supported then
      raise notice 'no pg_trgm: %', sqlerrm;
    when unique_violation or duplicate_object then
      null; -- made by another session at this moment
  end;
  -- The extension may be in any schema.
  select format('%I.%I', n.nspname, o.opcname) into operators
  from pg_opclass o
  join pg_namespace n on n.oid = o.opcnamespace
  join pg_depend d on d.classid = 'pg_opclass'::regclass and d.objid = o.oid and d.deptype = 'e'
  join pg_extension e on d.refclassid = 'pg_extension'::regclass and e.oid = d.refobjid
  where e.extname = 'pg_trgm' and o.opcname = 'gin_trgm_ops';
  if operators is not null then
    execute format('create index cats_name_trigrams_idx on cats using gin (lower(name) %s)', operators);
  end if;
end
$$;
