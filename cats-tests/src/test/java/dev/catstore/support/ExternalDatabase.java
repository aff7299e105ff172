package dev.catstore.support;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/** A database of {@link TestPostgres} as a server's external database. */
public final class ExternalDatabase {
  private ExternalDatabase() {}

  /** The settings that name it. Its password may be anything: none is asked for. */
  public static Map<String, String> settings(DataSource postgres) {
    try (Connection connection = postgres.getConnection()) {
      URI address = URI.create(connection.getMetaData().getURL().substring("jdbc:".length()));
      Map<String, String> settings = new HashMap<>();
      settings.put("POSTGRES_HOST", address.getHost());
      settings.put("POSTGRES_PORT", Integer.toString(address.getPort()));
      settings.put("POSTGRES_USER", connection.getMetaData().getUserName());
      settings.put("POSTGRES_PASSWORD", "the-secret");
      settings.put("POSTGRES_DB", connection.getCatalog());
      return settings;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
