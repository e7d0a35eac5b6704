import type { Readable } from "node:stream";

/** A table with generated columns, as a dump creates it. */
interface GeneratingTable {
  /** The other columns, quoted. */
  readonly stored: readonly string[];
  /** Creates a table with the same columns, none of them generated. */
  readonly createPlain: string;
}

/** So that every byte stays as it is. */
const bytewise = "latin1";

const created = /^CREATE TABLE (`(?:[^`]|``)+`) \($/u;
const column = /^ {2}(`(?:[^`]|``)+`) (.*?),?$/u;
const generated = / GENERATED ALWAYS AS \(.*\) (?:VIRTUAL|STORED)/u;
const filled = /^INSERT INTO (`(?:[^`]|``)+`) VALUES/u;

/**
 * A dump that MySQL can load. MariaDB's program writes the values of generated columns, too, which MySQL refuses: such
 * rows go through a table with plain columns. The dumps of MySQL's own program stay as they are.
 */
export async function* loadable(dump: Readable): AsyncGenerator<Buffer> {
  for await (const text of rewritten(linesOf(dump))) yield Buffer.from(text, bytewise);
}

async function* rewritten(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const generating = new Map<string, GeneratingTable>();
  let opened: string | null = null;
  let definition: string[] = [];
  let filling: string | null = null;
  for await (const line of lines) {
    if (opened !== null) {
      definition.push(line);
      if (line.startsWith(")")) {
        const table = generatingTable(opened, definition);
        if (table !== null) generating.set(opened, table);
        opened = null;
      }
    } else {
      opened = created.exec(line)?.[1] ?? null;
      if (opened !== null) definition = [];
    }
    const target = filled.exec(line)?.[1] ?? null;
    const table = target === null ? undefined : generating.get(target);
    // The rows of a table end where anything but a row begins.
    if (filling !== null && target !== filling && !line.startsWith("(")) {
      yield* moved(filling, generating);
      filling = null;
    }
    if (target === null || table === undefined) {
      yield `${line}\n`;
      continue;
    }
    if (filling === null) yield `${table.createPlain}\n`;
    filling = target;
    yield `${line.replace(target, () => plainName(target))}\n`;
  }
  if (filling !== null) yield* moved(filling, generating);
}

/** Not by `readline`, which also ends lines at characters that a text may have. */
async function* linesOf(dump: Readable): AsyncGenerator<string> {
  let begun: string[] = [];
  for await (const chunk of dump.setEncoding(bytewise)) {
    const [rest = "", ...lines] = String(chunk).split("\n").toReversed();
    for (const line of lines.toReversed()) {
      yield begun.join("") + line;
      begun = [];
    }
    begun.push(rest);
  }
  if (begun.some((piece) => piece !== "")) yield begun.join("");
}

const plainName = (table: string): string => `${table.slice(0, -1)}__plain\``;

function generatingTable(name: string, definition: readonly string[]): GeneratingTable | null {
  const columns = definition.flatMap((line) => {
    const [, quoted, type] = column.exec(line) ?? [];
    return quoted === undefined || type === undefined ? [] : [{ quoted, type }];
  });
  const stored = columns.filter(({ type }) => !generated.test(type)).map(({ quoted }) => quoted);
  if (stored.length === columns.length) return null;
  const plain = columns.map(
    ({ quoted, type }) => `${quoted} ${type.replace(generated, "").replace(" AUTO_INCREMENT", "")}`,
  );
  return { stored, createPlain: `CREATE TABLE ${plainName(name)} (${plain.join(", ")});` };
}

function* moved(name: string, generating: ReadonlyMap<string, GeneratingTable>): Generator<string> {
  const stored = generating.get(name)?.stored.join(", ") ?? "";
  yield `INSERT INTO ${name} (${stored}) SELECT ${stored} FROM ${plainName(name)};\n`;
  yield `DROP TABLE ${plainName(name)};\n`;
}
