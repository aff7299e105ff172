package dev.catstore.persistence.jooq;

import dev.catstore.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A database with the table of the tutorial application. */
abstract class CatSchemaAdoptionTestCase {
  /** As the tutorial's SQLAlchemy makes it. */
  static final String TUTORIALS_TABLE =
      "create table cats (id serial not null, name varchar(100), price integer,"
          + " breed varchar(100), primary key (id))";

  static final String REFUSED = "table cats cannot be adopted: ";

  /** The refusal of so many rows without a visible character, up to their ids. */
  static final String SHOW_NOTHING =
      "table cats cannot be brought up to date: %d of its rows cannot be cats (a name and a breed"
          + " have at least one visible character); correct or delete these and try again, nothing"
          + " was changed; ids: ";

  final DataSource database = TestPostgres.newDatabase();

  /** Adds a cat as the tutorial does; returns its id. */
  String add() {
    return query(
            database,
            "insert into cats (name, price, breed) values ('New', 1, 'bengal') returning id")
        .get(0);
  }

  void addOldRows(String values) {
    execute(database, "insert into cats (id, name, price, breed) values " + values);
  }

  static String freshShape() {
    DataSource fresh = TestPostgres.newDatabase();
    CatSchema.migrate(fresh);
    return shape(fresh);
  }

  /** What the migrations make, without regard to the place of columns and to other objects. */
  static String shape(DataSource database) {
    return String.join(
        "\n",
        query(
            database,
            """
            select attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
              || ' ' || attcollation::regcollation || ' ' || attnotnull || attidentity::text || attgenerated::text
              || coalesce(' ' || pg_get_expr(adbin, adrelid), '')
            from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
            where attrelid in ('cats'::regclass, 'cats_idempotency_keys'::regclass)
              and attnum > 0 and not attisdropped
            union all
            select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where conrelid in ('cats'::regclass, 'cats_idempotency_keys'::regclass)
            union all
            select indexdef from pg_indexes where tablename in ('cats', 'cats_idempotency_keys')
            union all
            select concat_ws(' ', sequencename, data_type, start_value, min_value, max_value,
              increment_by, cycle, cache_size, pg_get_serial_sequence('cats', 'id'))
            from pg_sequences where sequencename = 'cats_id_seq'
            order by 1
            """));
  }

  /** Everything that there is in the schema public but Flyway's history, and the rows of cats. */
  static String snapshot(DataSource database) {
    List<String> all =
        query(
            database,
            """
            select pg_describe_object(classid, objid, objsubid) || ' ' || refobjid from pg_depend
            where not pg_describe_object(classid, objid, objsubid) ~ 'cats_schema_history|pg_toast'
              and objid >= 16384
            union all
            select concat_ws(' ', relname, relkind, relfilenode, relowner, relacl, relrowsecurity,
              case when relkind in ('v', 'm') then pg_get_viewdef(oid)
                when relkind = 'i' then pg_get_indexdef(oid) end)
            from pg_class where relnamespace = 2200 and relname !~ '^cats_schema_history'
            union all
            select concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod),
              attcollation, attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid))
            from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
            where attnum > 0 and attrelid in (select oid from pg_class
              where relnamespace = 2200 and relname !~ '^cats_schema_history')
            union all
            select conname || pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 2200 and conname !~ '^cats_schema_history'
            union all
            select to_jsonb(s)::text from pg_sequences s
            order by 1
            """);
    if (!query(database, "select 1 from pg_class where relname = 'cats' and relkind = 'r'")
        .isEmpty()) {
      all.addAll(query(database, "select cats::text || ctid from cats order by 1"));
    }
    return String.join("\n", all);
  }

  static void execute(DataSource database, String sql) {
    try (Connection connection = database.getConnection()) {
      execute(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows, each with | between its columns. */
  static List<String> query(DataSource database, String sql) {
    try (Connection connection = database.getConnection()) {
      return query(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder row = new StringBuilder().append(rows.getString(1));
        for (int i = 2; i <= columns; i++) {
          row.append('|').append(rows.getString(i));
        }
        found.add(row.toString());
      }
      return found;
    }
  }
}
