package dev.catstore.http.fuzz;

import java.util.List;

/** What random requests are made of, right and wrong. */
final class RequestParts {
  static final List<String> METHODS =
      List.of(
          "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get",
          "BREW", "");

  static final List<String> IDS =
      List.of(
          "1",
          "2",
          "3",
          "0",
          "-1",
          "+1",
          "007",
          "%31",
          "9223372036854775807",
          "9223372036854775808",
          "1.5",
          "x",
          "",
          "1;v=1",
          "%2B1",
          "%00",
          "%",
          "%C3%28",
          "..",
          "1/",
          "*");

  static final List<String> TEXTS =
      List.of(
          "Tom",
          "manx",
          "",
          " ",
          "\\u0000",
          "\\ud800",
          "\\ud83d\\ude3a",
          "a\\nb",
          "e\\u0301",
          "'; drop table cats; --",
          "<script>",
          "%25",
          "null",
          "\\\\",
          "\\\"",
          "=1+1",
          "{{7*7}}",
          "${jndi:ldap://x}");

  static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "5000",
          "5e3",
          "5000.0",
          "5.5",
          "2147483647",
          "2147483648",
          "1e999999999",
          "-0",
          "007",
          "+7",
          "NaN",
          "0x10",
          "1e-400",
          "99999999999999999999999999");

  static final List<String> QUERY_VALUES =
      List.of(
          "1",
          "0",
          "-1",
          "1000",
          "1001",
          "true",
          "false",
          "estimated",
          "csv",
          "ndjson",
          "json",
          "id",
          "-price",
          "name",
          "+id",
          "nonsense",
          "",
          "%",
          "%zz",
          "%00",
          "%F0%9F%98%BA",
          "a%20b",
          "1,2",
          "MSBpZCAx",
          "x".repeat(101),
          "%C3%28",
          "[]",
          "2147483648");

  static final List<String> MEDIA_TYPES =
      List.of(
          "application/json",
          "application/merge-patch+json",
          "text/csv",
          "application/x-ndjson",
          "text/csv; header=absent",
          "application/json; charset=utf-16",
          "APPLICATION/JSON;CHARSET=UTF-8",
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "nonsense",
          "",
          "*/*",
          "application/json, text/csv");

  static final List<String> HEADERS =
      List.of(
          "If-Match: \"1\"",
          "If-Match: *",
          "If-Match: W/\"1\"",
          "If-Match: 1",
          "If-Match: \"1\", \"2\"",
          "If-Match: \"",
          "If-None-Match: \"1\"",
          "If-None-Match: *",
          "If-None-Match: nonsense",
          "Idempotency-Key: one",
          "Idempotency-Key: \"one\"",
          "Idempotency-Key: ",
          "Idempotency-Key: a b",
          "Idempotency-Key: \"",
          "Idempotency-Key: \u00e9",
          "Accept: text/csv",
          "Accept: application/x-ndjson",
          "Accept: application/json;q=0, */*;q=0.1",
          "Accept: text/html",
          "Accept: */*;q=2",
          "Accept: nonsense",
          "Accept: ;;;",
          "Accept: application/*",
          "Accept-Encoding: gzip",
          "Accept-Encoding: gzip;q=0, identity",
          "Accept-Encoding: br",
          "Accept-Encoding: nonsense;q=x",
          "Content-Encoding: gzip",
          "Content-Encoding: identity",
          "Expect: 100-continue",
          "Expect: nonsense",
          "Range: bytes=0-1",
          "X-Request-Id: mine",
          "X-Request-Id: a b",
          "X-HTTP-Method-Override: DELETE",
          "Origin: https://evil.example",
          "Authorization: Bearer nonsense",
          "Authorization: Basic Og==",
          "Cookie: a=b; c",
          "Upgrade: h2c",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "TE: trailers",
          "Trailer: X",
          "X-Forwarded-For: 1.2.3.4",
          "X-Forwarded-Host: evil.example",
          "Forwarded: host=evil.example",
          "Host: localhost",
          "Host: evil.example",
          "X: " + "x".repeat(9000),
          "No colon",
          "Bad name: x",
          ": x",
          " folded: x",
          "X: a\u0000b");

  private RequestParts() {}
}
