// What a client in TypeScript can write without casts; it is compiled, and not run.
import createClient from "openapi-fetch";
import type { paths } from "./target/cats.js";

// The types of bodies that are read: otherwise a list may be a text too, as an export in CSV is.
const cats = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: "http://127.0.0.1:5000",
});

export async function names(): Promise<string[]> {
  const { data, error } = await cats.GET("/cats", { params: { query: { limit: 2, sort: "-price" } } });
  if (error) {
    throw new Error(`${error.title}: ${error.detail}`);
  }
  const names = [];
  for (const cat of data) {
    names.push(cat.name);
  }
  return names;
}

export async function add(name: string): Promise<number | undefined> {
  const { data, error } = await cats.POST("/cats", { body: { name, price: 100, breed: "manx" } });
  if (error) {
    throw new Error(error.errors?.map((it) => `${it.pointer}: ${it.detail}`).join(", ") ?? error.detail);
  }
  return data.id;
}

export async function addAll(names: string[]): Promise<number | undefined> {
  const body = names.map((name) => ({ name, price: 100, breed: "manx" }));
  return (await cats.POST("/cats", { body, params: { header: { "Idempotency-Key": "march" } } })).data?.added;
}

export async function edit(id: number, price: number): Promise<number> {
  const { data, error } = await cats.PATCH("/cats/{id}", {
    params: { path: { id }, header: { "If-Match": '"1"' } },
    body: { price },
  });
  if (error) {
    throw new Error(error.detail);
  }
  return data.revision;
}

export async function editAll(): Promise<number> {
  const { data, error } = await cats.PATCH("/cats", { body: [{ id: 1, price: 120, revision: null }] });
  if (error) {
    throw new Error(error.errors?.[0]?.reason ?? error.detail);
  }
  return data.changed;
}

export async function importRows(csv: string): Promise<number | undefined> {
  return (
    await cats.POST("/cats", {
      body: csv,
      bodySerializer: (it) => it,
      headers: { "Content-Type": "text/csv" },
    })
  ).data?.added;
}

// Without the second one, a price that is no number compiles: then the types say nothing.
export const wrong = () =>
  // @ts-expect-error
  cats.PATCH("/cats/{id}", { params: { path: { id: 1 } }, body: { price: "120" } });
