package dev.catstore.http.server.config;

/** What the jar says about itself. */
public final class BuildInfo {
  private BuildInfo() {}

  /** The version of the jar; outside of a jar there is none. */
  public static String version() {
    String version = BuildInfo.class.getPackage().getImplementationVersion();
    return version == null ? "from its sources" : version;
  }
}
