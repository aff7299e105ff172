package dev.catstore.http.server.web;

import dev.catstore.http.problem.ProblemType;

/** The page to which the type of a problem leads: what has happened, and what to do. */
final class ProblemPage {
  private ProblemPage() {}

  static String of(ProblemType type, String prefix) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%1$s (%2$d)</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="../docs/problem.css">
    </head>
    <body>
    <main>
    <h1>%1$s</h1>
    <p>Status %2$d, type <code>%3$s</code></p>
    <p>%4$s</p>
    <p><a href="../docs">The API documentation</a></p>
    </main>
    </body>
    </html>
    """
        .formatted(
            escape(type.title()),
            type.status(),
            escape(prefix + type.uri()),
            escape(type.explanation()));
  }

  /** A text as the content of an element. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
