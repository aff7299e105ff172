-- A name or a breed has a visible character, and no-break spaces and byte order marks at its ends are blanks,
-- too. Rows that no longer fit are refused, and nothing is changed: one transaction. What it refuses it raises
-- as P0001, with a message for people.

-- Rather a clear error than waiting for ever behind another application.
set local lock_timeout = '30s';

lock table cats in access exclusive mode;

do $$
declare
  -- For brackets of regular expressions. What Violations.strip takes away: the code points for which Java's
  -- Character.isWhitespace is true, the no-break spaces and the byte order mark.
  blank constant text := '\u0009-\u000D\u001C-\u0020\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF';
  -- The table of Violations.VISIBLE; control characters have a check of their own.
  invisible constant text := ' \u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F'
    || '\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\u3164\uFE00-\uFE0F'
    || '\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D159\U0001D173-\U0001D17A'
    || '\U000E0000-\U000E0FFF';
  visible constant text := '[^' || invisible || ']';
  outer_blanks constant text := format('^[%1$s]+|[%1$s]+$', blank);
  outer_blank constant text := format('^[%1$s]|[%1$s]$', blank);
  wrong bigint;
  ids text;
  field text;
begin
  -- Every blank is invisible: what would be empty without its blanks is found as well.
  select count(*), string_agg(id::text, ', ' order by place) filter (where place <= 100)
    into wrong, ids
  from (
    select id, row_number() over (order by id) as place
    from cats where name !~ visible or breed !~ visible) as broken;
  if wrong > 0 then
    raise exception
      'table cats cannot be brought up to date: % of its rows cannot be cats (a name and a breed have at least one visible character); correct or delete these and try again, nothing was changed; ids: %',
      wrong, ids || case when wrong > 100 then ', ...' else '' end;
  end if;

  -- A changed cat is a new revision of it: clients hold the old one with its ETag.
  update cats set
    name = regexp_replace(name, outer_blanks, '', 'g'),
    breed = regexp_replace(breed, outer_blanks, '', 'g'),
    revision = revision + 1
  where name ~ outer_blank or breed ~ outer_blank;

  -- The cat was corrected or deleted above; whoever repeats the add is told that the name is refused. Blanks
  -- are stripped when a first answer is read.
  delete from cats_idempotency_keys where name !~ visible or breed !~ visible;

  -- One command at a time: Citus takes no more.
  foreach field in array '{name,breed}'::text[] loop
    execute format('alter table cats drop constraint cats_%s_stripped', field);
    execute format('alter table cats add constraint cats_%1$s_stripped check (%1$s !~ %2$L)', field, outer_blank);
    execute format('alter table cats add constraint cats_%1$s_visible check (%1$s ~ %2$L)', field, visible);
  end loop;
end
$$;
