import { expect } from "chai";
import { readdir } from "node:fs/promises";
import type { TestApi } from "./api.ts";
import { documented } from "./apiDocument.ts";

/** The fields of an import that tests use. */
export interface ShownImport {
  readonly id: number;
  readonly state: string;
  readonly waitingFor: string | null;
  readonly progress: number;
  readonly counts: Readonly<Record<string, number>> & { readonly refusals: Readonly<Record<string, number>> };
  readonly preview: {
    readonly counts: unknown;
    readonly poolSuffices: boolean;
    readonly pools: readonly { readonly wanted: number; readonly free: number }[];
  } | null;
  readonly failure: { readonly code: string } | null;
  readonly undo: {
    readonly removed: number;
    readonly kept: number;
    readonly released: number;
    readonly restored: number;
    readonly unrestored: number;
  } | null;
  readonly keptMappings?: readonly { readonly realNumber: string }[];
  readonly keptMappingsOmitted?: number;
  readonly mapped?: readonly {
    readonly realNumber: string;
    readonly proxyNumber: string;
    readonly code: string;
    readonly differences: readonly unknown[];
  }[];
  readonly rejected?: readonly { readonly row: number; readonly code: string }[];
  readonly reading: { readonly source: Readonly<Record<string, unknown>>; readonly headerRow: number | null };
  readonly notices: readonly { readonly code: string }[];
  readonly firstRows: readonly {
    readonly row: number;
    readonly cells: readonly string[];
    readonly kind: string | null;
    readonly stored: Readonly<Record<string, string | null>> | null;
    readonly differences: readonly unknown[];
    readonly refusal: { readonly code: string } | null;
  }[];
}

export interface Answered {
  readonly status: number;
  readonly body: ShownImport & { readonly code?: string };
}

/** Sends import requests to an API. */
export function importsOf(url: string) {
  /** All responses must match the OpenAPI document. */
  const answered = async (operation: string, response: Promise<Response>): Promise<Answered> => {
    const { status, ...rest } = await response.then(async (one) => ({
      status: one.status,
      body: await one.json(),
    }));
    const [method = "", path = ""] = operation.split(" ");
    documented(method, path, status).parse(rest.body);
    return { status, body: rest.body as Answered["body"] };
  };
  return {
    upload(
      content: string | Buffer,
      {
        query = "",
        choices,
        headers = {},
        name = "numbers.csv",
      }: { query?: string; choices?: unknown; headers?: Record<string, string>; name?: string } = {},
    ): Promise<Answered> {
      const form = new FormData();
      if (choices !== undefined) form.set("choices", JSON.stringify(choices));
      form.set("file", new Blob([content], { type: "text/csv" }), name);
      return answered(
        "post /upload",
        fetch(`${url}/upload${query}`, { method: "POST", body: form, headers }),
      );
    },
    get: (id: number): Promise<Answered> => answered("get /imports/{id}", fetch(`${url}/imports/${id}`)),
    list: (query = ""): Promise<Answered> => answered("get /imports", fetch(`${url}/imports${query}`)),
    act: (id: number, action: string, query = "?wait=20"): Promise<Answered> =>
      answered(
        `post /imports/{id}/${action}`,
        fetch(`${url}/imports/${id}/${action}${query}`, { method: "POST" }),
      ),
    preview: (id: number, choices: unknown): Promise<Answered> =>
      answered(
        "post /imports/{id}/preview",
        fetch(`${url}/imports/${id}/preview?wait=20`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(choices),
        }),
      ),
    /** With `GET` and a query, or with `POST` and a search. */
    async rows(id: number, asked: string | object): Promise<ShownRows> {
      const searching = typeof asked === "object";
      const path = `/imports/{id}/rows${searching ? "/search" : ""}`;
      const response = await fetch(
        `${url}${path.replace("{id}", String(id))}${searching ? "" : asked}`,
        searching
          ? {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify(asked),
            }
          : {},
      );
      const body: unknown = await response.json();
      documented(searching ? "post" : "get", path, response.status).parse(body);
      return body as ShownRows;
    },
    /** The uploaded file with columns appended, and its name. */
    async resultFile(id: number, query = ""): Promise<{ readonly name: string; readonly bytes: Buffer }> {
      const response = await fetch(`${url}/imports/${id}/result${query}`);
      expect(response.status).to.equal(200);
      const [, name = ""] =
        /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
      return { name, bytes: Buffer.from(await response.arrayBuffer()) };
    },
    /** Cells of the result's rows, without the header. No cell of these tests contains a comma. */
    async result(id: number, query = ""): Promise<readonly (readonly string[])[]> {
      const text = await (await fetch(`${url}/imports/${id}/result.csv${query}`)).text();
      return text
        .split("\r\n")
        .slice(1, -1)
        .map((line) => line.split(","));
    },
  };
}

interface ShownRows {
  readonly items: readonly {
    readonly row: number;
    readonly kind: string;
    readonly input: string;
    readonly cells: readonly string[] | null;
    readonly code: string;
    readonly message: string;
    readonly proxyNumber: string | null;
  }[];
  readonly next: string | null;
}

export type ImportRequests = ReturnType<typeof importsOf>;
export const requestsTo = (api: TestApi): ImportRequests => importsOf(api.http.url);

/** Expects that the counts add up, and match the rows of the result. */
export async function expectToAddUp(requests: ImportRequests, { id, counts }: ShownImport): Promise<void> {
  const { rows, refusals, ...parts } = counts;
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).to.equal(rows);
  expect(Object.values(refusals).reduce((sum, part) => sum + part, 0)).to.equal(counts["rejected"]);
  const result = await requests.result(id);
  expect(result.map(([row]) => Number(row))).to.deep.equal(
    Array.from({ length: Number(rows) }, (_, index) => index + 1),
  );
  expect(result.filter((cells) => cells[4] === "CREATED")).to.have.length(Number(counts["created"]));
}

/** Names of all files in the folder of uploads. */
export async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** A file with consecutive numbers, one per row, below a header. */
export const numbersFile = (first: number, count: number): string =>
  `phone\n${Array.from({ length: count }, (_, index) => `${first + index}\n`).join("")}`;
