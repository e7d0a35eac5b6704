/** A request that would hold the event loop, and what it is to be answered with. */
export interface HeavyRequest {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
  readonly status: number;
}

const json = "application/json";
const numbers = (count: number, first: number): string[] =>
  Array.from({ length: count }, (_, index) => String(first + index));

const nested = (bytes: number): string => "[".repeat(bytes / 2) + "]".repeat(bytes / 2);
const nestedObjects = (levels: number): string => '{"a":'.repeat(levels) + "1" + "}".repeat(levels);
const manyKeys = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(",")}}`;

/** What any key may send, even one that may do nothing but look a number up. */
export const bodiesForLookup: readonly HeavyRequest[] = [
  { name: "10 MB of nested arrays", body: nested(10_000_000), status: 413 },
  { name: "10 MB of nested objects", body: nestedObjects(1_600_000), status: 413 },
  { name: "64 kB of nested arrays", body: nested(64_000), status: 400 },
  { name: "64 kB of nested objects", body: nestedObjects(9_000), status: 400 },
  { name: "64 kB of keys", body: manyKeys(6_000), status: 400 },
  { name: "64 kB of numbers", body: `[${"1,".repeat(31_000)}1]`, status: 400 },
  { name: "a string of 64 kB", body: JSON.stringify({ real: "9".repeat(64_000) }), status: 400 },
  {
    name: "a string of 64 kB of separators",
    body: JSON.stringify({ real: "(".repeat(64_000) }),
    status: 400,
  },
].map((one) => ({ ...one, method: "POST", path: "/lookup", type: json }));

const form = "application/x-www-form-urlencoded";

/** What needs more rights. Those with 500,000 numbers come last: they take seconds, beside the thread that handles calls. */
export const heavyRequests: readonly HeavyRequest[] = [
  ...bodiesForLookup,
  { name: "the document of the API", method: "GET", path: "/openapi.json", status: 200 },
  { name: "metrics", method: "GET", path: "/metrics", status: 200 },
  {
    name: "1,000 ids",
    method: "POST",
    path: "/mappings/bulk",
    type: json,
    body: JSON.stringify({ ids: numbers(1_000, 1).map(Number), change: { label: "bulk" } }),
    status: 200,
  },
  {
    name: "50,000 ids",
    method: "POST",
    path: "/mappings/bulk",
    type: json,
    body: JSON.stringify({ ids: numbers(50_000, 1).map(Number), dryRun: true }),
    status: 413,
  },
  {
    name: "1,900 wrong ids",
    method: "POST",
    path: "/mappings/bulk",
    type: json,
    body: JSON.stringify({ ids: numbers(1_900, 1), dryRun: true }),
    status: 400,
  },
  {
    name: "a page of 1,000 numbers",
    method: "POST",
    path: "/mappings/search",
    type: json,
    body: '{"limit":1000}',
    status: 200,
  },
  {
    name: "a search by suffix",
    method: "POST",
    path: "/mappings/search",
    type: json,
    body: '{"suffix":"1234","limit":1000}',
    status: 200,
  },
  {
    name: "a form of 20,000 fields",
    method: "POST",
    path: "/export/csv",
    type: form,
    body: "a=1&".repeat(16_000),
    status: 400,
  },
  {
    name: "a query of 2,000 parameters",
    method: "GET",
    path: `/mappings?${"a=1&".repeat(2_000)}`,
    status: 400,
  },
  { name: "every number as CSV", method: "POST", path: "/export/csv", type: json, body: "{}", status: 200 },
  {
    name: "every number as a workbook",
    method: "POST",
    path: "/export/xlsx",
    type: json,
    body: "{}",
    status: 200,
  },
  {
    name: "statistics of ten years",
    method: "GET",
    path: "/stats/calls?from=2020-01-01T00:00:00Z&to=2029-01-01T00:00:00Z&step=day",
    status: 200,
  },
  {
    name: "1,000 foreign numbers to block",
    method: "POST",
    path: "/pools/1/block",
    type: json,
    body: JSON.stringify({ numbers: numbers(1_000, 14_155_550_100).map((number) => `+${number}`) }),
    status: 404,
  },
  {
    name: "a pool of 500,000 wrong numbers",
    method: "POST",
    path: "/pools",
    type: json,
    body: JSON.stringify({ name: "wrong", numbers: Array.from({ length: 500_000 }, () => "") }),
    status: 400,
  },
  {
    name: "a pool of 9 MB of nested arrays",
    method: "POST",
    path: "/pools",
    type: json,
    body: `{"name":"deep","numbers":${nested(9_000_000)}}`,
    status: 400,
  },
  {
    name: "a pool of 500,000 numbers",
    method: "POST",
    path: "/pools",
    type: json,
    body: JSON.stringify({ name: "listed", numbers: numbers(500_000, 79_310_000_000) }),
    status: 201,
  },
];
