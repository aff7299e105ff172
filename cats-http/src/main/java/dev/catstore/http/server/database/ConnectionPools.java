package dev.catstore.http.server.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.http.server.config.PoolSettings;
import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** How the server connects to its database, with a pool or without. */
final class ConnectionPools {
  /** PostgreSQL's word for a statement without a timeout. */
  private static final Duration UNLIMITED = Duration.ZERO;

  /** How much longer than a statement may take the server waits for its result. */
  private static final Duration NETWORK_MARGIN = Duration.ofSeconds(3);

  private ConnectionPools() {}

  /** For requests: all connections are kept open, and statements have a timeout. */
  static HikariDataSource forRequests(DatabaseSettings database, PoolSettings pool) {
    Properties properties = properties(database, pool.timeout());
    // Notices a peer that vanished during a statement.
    Duration timeout = pool.statement().plus(NETWORK_MARGIN);
    properties.setProperty("socketTimeout", Long.toString(timeout.toSeconds()));
    return open("cats", database, pool, properties, pool.size(), pool.size(), pool.statement());
  }

  /**
   * For streams: opened on demand, and without timeouts, since a stream may rightly wait long for a
   * lock or an index. Only the TCP keep-alive notices a peer that vanished.
   */
  static HikariDataSource forStreams(DatabaseSettings database, PoolSettings pool) {
    Properties properties = properties(database, pool.timeout());
    // Prepared statements would fail once their table is altered, and a stream is sent once.
    properties.setProperty("prepareThreshold", "0");
    return open("cats-streams", database, pool, properties, pool.streams(), 0, UNLIMITED);
  }

  /** A single connection, which must be made within the timeout. */
  static Connection connect(DatabaseSettings database, Duration timeout) throws SQLException {
    return DriverManager.getConnection(url(database), properties(database, timeout));
  }

  /** A single connection to any server of the database, primary or not, for a quick check. */
  static Connection connectForCheck(DatabaseSettings database, Duration timeout)
      throws SQLException {
    Properties properties = properties(database, timeout);
    properties.setProperty("targetServerType", "any");
    properties.setProperty("loginTimeout", Long.toString(timeout.toSeconds()));
    properties.setProperty("socketTimeout", Long.toString(timeout.toSeconds()));
    return DriverManager.getConnection(url(database), properties);
  }

  private static HikariDataSource open(
      String name,
      DatabaseSettings database,
      PoolSettings pool,
      Properties properties,
      int maxSize,
      int minIdle,
      Duration statementTimeout) {
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url(database));
    config.setDataSourceProperties(properties);
    // Asked for each new connection: a password that was rotated needs no restart.
    config.setCredentialsProvider(
        () -> Credentials.of(database.user(), database.currentPassword()));
    config.setMaximumPoolSize(maxSize);
    config.setMinimumIdle(minIdle);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED"); // whatever the role's default
    config.setConnectionTimeout(pool.timeout().toMillis());
    // Not a connection option: poolers between here and the database refuse those.
    config.setConnectionInitSql("set statement_timeout = " + statementTimeout.toMillis());
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  private static String url(DatabaseSettings database) {
    String name = URLEncoder.encode(database.name(), UTF_8).replace("+", "%20");
    return "jdbc:postgresql://" + String.join(",", database.servers()) + "/" + name;
  }

  /** The password is here and not in the URL, which may be logged. */
  private static Properties properties(DatabaseSettings database, Duration connectTimeout) {
    var properties = new Properties();
    properties.setProperty("user", database.user());
    properties.setProperty("password", database.currentPassword());
    properties.setProperty("targetServerType", "primary");
    properties.setProperty("ApplicationName", "cats");
    properties.setProperty(
        "connectTimeout", Long.toString(Math.max(1, connectTimeout.toSeconds())));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("logServerErrorDetail", "false"); // it has values of clients
    properties.setProperty("sslmode", database.sslMode());
    database
        .sslRootCertificate()
        .ifPresent(file -> properties.setProperty("sslrootcert", file.toString()));
    return properties;
  }
}
