import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { callFile } from "../../lab/layout.ts";
import { until } from "./until.ts";

/** Columns of a `begin` line, as `[fallback]` in `asterisk/extensions.conf` writes them. */
export const columnsOfBegin = [
  "version",
  "kind",
  "callId",
  "asterisk",
  "startedAt",
  "dialled",
  "proxy",
  "caller",
  "trunkIn",
] as const;

/** Columns of an `end` line, as `[ended]` writes them. */
export const columnsOfEnd = [
  ...columnsOfBegin,
  "path",
  "real",
  "trunkOut",
  "shown",
  "status",
  "reason",
  "endedAt",
  "dialledAt",
  "answeredMs",
  "dialStatus",
  "cause",
  "sipCode",
  "endedBy",
  "ringMs",
  "progressMs",
  "limitSeconds",
  "direction",
] as const;

export type EndLine = Readonly<Record<(typeof columnsOfEnd)[number], string>>;

/** Includes files that an application took and did not finish. No application may be reading them. */
export async function forgetLines(): Promise<void> {
  const folder = dirname(callFile());
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(basename(callFile()))))
    await rm(join(folder, name), { force: true });
}

/** Whether Asterisk has written down that a call to this number was answered. No application may be reading its lines. */
export const hasAnswer = async (proxy: string): Promise<boolean> =>
  (await rows("ANSWER")).some((row) => row.join().includes(`*${proxy}*`));

async function rows(kind: "begin" | "end" | "ANSWER"): Promise<string[][]> {
  const text = await readFile(callFile(), "utf8").catch(() => "");
  // The last one may be half-written.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .map((line) => line.split(","))
    .filter(([, found]) => found === kind);
}

/** Throws for a line that is not an `end` line or does not have the agreed columns. */
export function endLineOf(text: string): EndLine {
  const row = text.split(",");
  if (row.length !== columnsOfEnd.length || row[1] !== "end")
    throw new Error(`Not an end line of ${columnsOfEnd.length} columns: ${text}`);
  return Object.fromEntries(columnsOfEnd.map((name, index) => [name, row[index]])) as EndLine;
}

export const endLines = async (): Promise<EndLine[]> =>
  (await rows("end")).map((row) => endLineOf(row.join(",")));

/** Call IDs of the `begin` lines. */
export async function begunCalls(): Promise<string[]> {
  return (await rows("begin")).map((row) => {
    if (row.length !== columnsOfBegin.length)
      throw new Error(`A begin line of ${row.length} columns: ${row.join(",")}`);
    return row[2] ?? "";
  });
}

/** The one `end` line of the call that dialled this number. It is written when the caller's channel ends. */
export async function endOf(dialled: string): Promise<EndLine> {
  let found: EndLine[] = [];
  await until(async () => {
    found = (await endLines()).filter((line) => line.dialled === dialled || line.proxy === dialled);
    return found.length > 0;
  });
  const [line, ...more] = found;
  if (line === undefined || more.length > 0) throw new Error(`${found.length} lines of one call`);
  return line;
}
