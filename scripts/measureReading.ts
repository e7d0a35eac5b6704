import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { once } from "node:events";
import { interpretRow } from "../src/imports/rows/row.ts";
import { inspectFile } from "../src/imports/reading/inspectFile.ts";
import { readRows } from "../src/imports/reading/readRows.ts";
import { rowReadingOf } from "../src/imports/reading/rowReading.ts";
import { SeenNumbers } from "../src/imports/reading/seenNumbers.ts";

/**
 * Measures how fast files are read, parsed, and searched for duplicates, without a database:
 * `node --import tsx scripts/measureReading.ts [FILE…]`. Without arguments, generates three files of a million rows.
 */
const rowsToMake = 1_000_000;

const kinds: Readonly<Record<string, (at: number) => string>> = {
  "numbers only.csv": (at) => `+${79_000_000_000 + at}\n`,
  "three columns.csv": (at) => `${79_000_000_000 + at};Иванов ${at};ref-${at}\n`,
  "as people write.csv": (at) =>
    `8 (900) ${String(1_000_000 + at).slice(0, 3)}-${at % 10}1-2${at % 7},"Иванов, ${at}",31.12.2030\n`,
};

async function make(path: string, line: (at: number) => string): Promise<void> {
  const file = createWriteStream(path);
  for (let at = 0; at < rowsToMake; at += 1000) {
    const block = Array.from({ length: 1000 }, (_, next) => line(at + next)).join("");
    if (!file.write(block)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
}

async function measure(path: string): Promise<void> {
  const idle = process.memoryUsage().rss;
  let most = idle;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const begun = performance.now();
  const description = await inspectFile(path, { defaultCountry: "RU", timeZone: "Europe/Moscow" });
  const inspected = performance.now();
  const reading = rowReadingOf(description);
  if (!reading) throw new Error("No column holds phone numbers.");
  const seen = new SeenNumbers(description.estimatedRows ?? 0);
  let rows = 0;
  let good = 0;
  for await (const batch of readRows(path, description)) {
    for (const raw of batch.rows) {
      const result = interpretRow(raw, reading);
      rows += 1;
      if (result.ok && seen.firstRowOf(result.row.realNumber, raw.row) === null) good += 1;
    }
  }
  const seconds = (performance.now() - inspected) / 1000;
  clearInterval(watch);
  const { size } = await stat(path);
  console.log(
    `${basename(path)}: ${(size / 1e6).toFixed(0)} MB, ${rows} rows, ${good} new; inspected in ` +
      `${(inspected - begun).toFixed(0)} ms, ${Math.round(rows / seconds)} rows/s, at most ${Math.round((most - idle) / 1e6)} MB above idle`,
  );
}

const given = process.argv.slice(2);
if (given.length > 0) {
  for (const path of given) await measure(path);
} else {
  const folder = await mkdtemp(join(tmpdir(), "measure-reading-"));
  try {
    for (const [name, line] of Object.entries(kinds)) {
      await make(join(folder, name), line);
      await measure(join(folder, name));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
