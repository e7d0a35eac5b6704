/** A request that could block the event loop, and its expected status. */
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

/** Requests of a key with minimal permissions, for lookups only. */
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

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const multipart = (content: string): string =>
  `--limit\r\nContent-Disposition: form-data; name="file"; filename="n.csv"\r\nContent-Type: text/csv\r\n\r\n${content}\r\n--limit--\r\n`;

const form = "application/x-www-form-urlencoded";

/** Requests that need more permissions. Those with many numbers are last: they take seconds in another thread. */
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
    name: "statistics of 90 days by hour",
    method: "GET",
    path: `/stats/calls?from=${daysAgo(90)}&to=${daysAgo(0)}&step=hour`,
    status: 200,
  },
  {
    name: "the busiest numbers",
    method: "GET",
    path: `/stats/numbers?from=${daysAgo(90)}&to=${daysAgo(0)}&limit=100`,
    status: 200,
  },
  { name: "a page of 500 calls", method: "GET", path: "/calls?limit=500", status: 200 },
  {
    name: "calls of one number",
    method: "POST",
    path: "/calls/search",
    type: json,
    body: '{"number":"+79550000123","limit":500}',
    status: 200,
  },
  {
    name: "calls that nothing matches",
    method: "POST",
    path: "/calls/search",
    type: json,
    body: '{"minSeconds":9000,"trunk":"none","limit":500}',
    status: 200,
  },
  {
    name: "every call as CSV",
    method: "POST",
    path: "/calls/export.csv",
    type: json,
    body: "{}",
    status: 200,
  },
  { name: "a page of imports", method: "GET", path: "/imports?limit=500", status: 200 },
  { name: "the file of an import with its results", method: "GET", path: "/imports/1/result", status: 200 },
  { name: "the result of an import as CSV", method: "GET", path: "/imports/1/result.csv", status: 200 },
  {
    name: "a search over all rows of an import",
    method: "POST",
    path: "/imports/1/rows/search",
    type: json,
    body: '{"text":"nowhere"}',
    status: 200,
  },
  {
    name: "rows of an import that match nothing, by digits",
    method: "POST",
    path: "/imports/1/rows/search",
    type: json,
    body: '{"text":"99999999999"}',
    status: 200,
  },
  { name: "the audit log", method: "GET", path: "/audit?limit=500", status: 200 },
  {
    name: "a sign-in",
    method: "POST",
    path: "/session",
    type: json,
    body: JSON.stringify({ username: "stranger", password: "a password that is wrong" }),
    status: 401,
  },
  {
    name: "an upload of 8 MB that is no table",
    method: "POST",
    path: "/upload?dryRun&wait=60",
    type: "multipart/form-data; boundary=limit",
    body: multipart("\0".repeat(8_000_000)),
    status: 415,
  },
  {
    name: "an upload of 16,000 fields",
    method: "POST",
    path: "/upload",
    type: "multipart/form-data; boundary=limit",
    body: `--limit\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n`.repeat(16_000),
    status: 413,
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
  {
    name: "an upload of 100,000 rows to be previewed",
    method: "POST",
    path: "/upload?dryRun&wait=60",
    type: "multipart/form-data; boundary=limit",
    body: multipart(numbers(100_000, 79_320_000_000).join("\n")),
    status: 200,
  },
];
