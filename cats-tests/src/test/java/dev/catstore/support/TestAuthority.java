package dev.catstore.support;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority, made with the JDK's keytool. */
public final class TestAuthority {
  private static final String PASSWORD = "no secret";

  private final Path folder;

  private TestAuthority(Path folder) {
    this.folder = folder;
  }

  /** Creates an authority, with its files in this new folder. */
  public static TestAuthority in(Path folder) throws IOException, InterruptedException {
    Files.createDirectory(folder);
    var authority = new TestAuthority(folder);
    authority.keytool(
        "authority",
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=authority",
        "-ext",
        "bc=ca:true");
    authority.keytool("authority", "-exportcert", "-rfc", "-file", "authority.pem");
    return authority;
  }

  /** The authority's certificate, as a PEM file. */
  public Path certificate() {
    return folder.resolve("authority.pem");
  }

  /**
   * Creates a key and a certificate for a host.
   *
   * @return the folder with the files {@code HOST.key} and {@code HOST.pem}
   */
  public Path certify(String host)
      throws IOException, InterruptedException, GeneralSecurityException {
    keytool(host, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + host);
    keytool(host, "-certreq", "-file", host + ".csr");
    keytool(
        "authority",
        "-gencert",
        "-rfc",
        "-ext",
        "san=dns:" + host,
        "-infile",
        host + ".csr",
        "-outfile",
        host + ".pem");
    Path key = folder.resolve(host + ".key");
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, pem(key(host)));
    return folder;
  }

  private byte[] key(String host) throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(folder.resolve("keys").toFile(), PASSWORD.toCharArray())
        .getKey(host, PASSWORD.toCharArray())
        .getEncoded();
  }

  private static String pem(byte[] key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private void keytool(String alias, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", alias, "-keystore", "keys", "-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
