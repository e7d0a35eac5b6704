import type { ZipEntry } from "./zip.ts";
import { zipOf } from "./zip.ts";

type Row = readonly (string | null)[];

/** Maximum rows of a worksheet, including the header; further rows continue in another sheet. */
const maxRows = 1_048_576;

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packaged = "http://schemas.openxmlformats.org/package/2006";
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/**
 * A table as a workbook (ECMA-376), streamed. All cells are text, so nothing runs as a formula and no number loses
 * digits.
 * @param headers the first row of each sheet; null: there is none.
 * @param nameOf the name of a sheet, by its number from 1.
 */
export function xlsxOf(
  headers: readonly string[] | null,
  chunks: AsyncIterable<readonly Row[]>,
  nameOf = (sheet: number): string => `Mappings ${sheet}`,
): AsyncGenerator<Buffer> {
  return zipOf(entriesOf(headers, chunks, nameOf));
}

async function* entriesOf(
  headers: readonly string[] | null,
  chunks: AsyncIterable<readonly Row[]>,
  nameOf: (sheet: number) => string,
): AsyncGenerator<ZipEntry> {
  const rows = chunks[Symbol.asyncIterator]();
  const source: Source = { rows, rest: [], done: false };
  let sheets = 0;
  do {
    sheets += 1;
    yield { name: `xl/worksheets/sheet${sheets}.xml`, content: sheetOf(headers, source) };
  } while (!source.done);
  const all = Array.from({ length: sheets }, (_, index) => index + 1);
  yield {
    name: "xl/workbook.xml",
    content: [
      `${declaration}<workbook xmlns="${main}" xmlns:r="${relationships}"><sheets>`,
      ...all.map(
        (sheet) =>
          `<sheet name="${escape(nameOf(sheet)).replaceAll('"', "&quot;")}" sheetId="${sheet}" r:id="rId${sheet}"/>`,
      ),
      "</sheets></workbook>",
    ],
  };
  yield {
    name: "xl/_rels/workbook.xml.rels",
    content: [
      `${declaration}<Relationships xmlns="${packaged}/relationships">`,
      ...all.map(
        (sheet) =>
          `<Relationship Id="rId${sheet}" Type="${relationships}/worksheet" Target="worksheets/sheet${sheet}.xml"/>`,
      ),
      "</Relationships>",
    ],
  };
  yield {
    name: "_rels/.rels",
    content: [
      `${declaration}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
  };
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  yield {
    name: "[Content_Types].xml",
    content: [
      `${declaration}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>`,
      ...all.map(
        (sheet) =>
          `<Override PartName="/xl/worksheets/sheet${sheet}.xml" ContentType="${type}.worksheet+xml"/>`,
      ),
      "</Types>",
    ],
  };
}

interface Source {
  readonly rows: AsyncIterator<readonly Row[]>;
  /** Read but not written to a sheet yet. */
  rest: readonly Row[];
  done: boolean;
}

async function* sheetOf(headers: readonly string[] | null, source: Source): AsyncGenerator<string> {
  yield `${declaration}<worksheet xmlns="${main}"><sheetData>${headers === null ? "" : rowOf(headers)}`;
  let left = maxRows - 1;
  while (left > 0) {
    if (source.rest.length === 0) {
      const next = await source.rows.next();
      if (next.done === true) break;
      source.rest = next.value;
    }
    const some = source.rest.slice(0, left);
    source.rest = source.rest.slice(some.length);
    left -= some.length;
    yield some.map(rowOf).join("");
  }
  // Before this sheet ends, it must be known whether another one follows.
  while (source.rest.length === 0 && !source.done) {
    const next = await source.rows.next();
    if (next.done === true) source.done = true;
    else source.rest = next.value;
  }
  yield "</sheetData></worksheet>";
}

function rowOf(row: Row): string {
  return `<row>${row.map(cellOf).join("")}</row>`;
}

function cellOf(value: string | null): string {
  return value === null
    ? "<c/>"
    : `<c t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
}

const special = /[&<>]|[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const specials = /[&<>]|[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Replaces characters that XML does not allow. */
function escape(text: string): string {
  return special.test(text) ? text.replaceAll(specials, (one) => entities[one] ?? "\uFFFD") : text;
}
