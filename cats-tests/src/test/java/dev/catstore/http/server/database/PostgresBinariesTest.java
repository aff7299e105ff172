package dev.catstore.http.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which binaries are for which platform. */
class PostgresBinariesTest {
  @ParameterizedTest
  @CsvSource({
    "Linux,        amd64,   false, postgres-linux-x86_64.txz",
    "Linux,        aarch64, false, postgres-linux-arm_64.txz",
    "Linux,        amd64,   true,  postgres-linux-x86_64-alpine_linux.txz",
    "Mac OS X,     x86_64,  false, postgres-darwin-x86_64.txz",
    "Mac OS X,     aarch64, false, postgres-darwin-arm_64.txz",
    "Windows 11,   amd64,   false, postgres-windows-x86_64.txz",
  })
  void archive_forAPlatform_isMadeForIt(String os, String arch, boolean alpine, String name) {
    assertThat(PostgresBinaries.archive(os, arch, alpine)).contains(name);
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, riscv64",
    "Linux, ppc64le",
    "Linux, s390x",
    "Linux, arm",
    "Linux, i386",
    "Linux, loongarch64",
    "Windows 10, x86",
    "FreeBSD, amd64",
    "SunOS, sparcv9"
  })
  void archive_forAPlatformWithoutOne_isEmpty(String os, String arch) {
    assertThat(PostgresBinaries.archive(os, arch, false)).isEmpty();
  }
}
