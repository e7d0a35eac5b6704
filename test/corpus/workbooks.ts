import { zip } from "./zip.ts";
import type { ZipPart } from "./zip.ts";

const relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

interface SheetContent {
  readonly name: string;
  readonly state?: "hidden" | "veryHidden";
  /** The content of `<sheetData>`, or the whole part where it begins with `<?xml`. */
  readonly data: string;
}

/** The parts of a workbook written by hand, for what no program writes. */
export function workbookParts(
  sheets: readonly SheetContent[],
  more: {
    readonly sharedStrings?: string;
    readonly styles?: string;
    readonly workbookPr?: string;
    readonly mainPart?: string;
  } = {},
): ZipPart[] {
  const mainPart = more.mainPart ?? "xl/workbook.xml";
  const list = sheets.map(
    ({ name, state }, at) =>
      `<sheet name="${name}" sheetId="${at + 1}"${state ? ` state="${state}"` : ""} r:id="rId${at + 1}"/>`,
  );
  const targets = sheets.map(
    (_, at) => `<Relationship Id="rId${at + 1}" Type="${office}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
  );
  if (more.sharedStrings !== undefined) {
    targets.push(`<Relationship Id="rIdS" Type="${office}/sharedStrings" Target="/xl/sharedStrings.xml"/>`);
  }
  if (more.styles !== undefined) {
    targets.push(`<Relationship Id="rIdT" Type="${office}/styles" Target="styles.xml"/>`);
  }
  const parts: ZipPart[] = [
    { name: "[Content_Types].xml", content: "<Types/>" },
    {
      name: "_rels/.rels",
      content: `<Relationships xmlns="${relationships}"><Relationship Id="r" Type="${office}/officeDocument" Target="${mainPart}"/></Relationships>`,
    },
    {
      name: mainPart,
      content: `<workbook xmlns="${main}" xmlns:r="${office}">${more.workbookPr ?? ""}<sheets>${list.join("")}</sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships xmlns="${relationships}">${targets.join("")}</Relationships>`,
    },
    ...sheets.map(({ data }, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: data.startsWith("<?xml") ? data : `<worksheet xmlns="${main}"><sheetData>${data}</sheetData></worksheet>`,
    })),
  ];
  if (more.sharedStrings !== undefined) {
    parts.push({ name: "xl/sharedStrings.xml", content: `<sst xmlns="${main}">${more.sharedStrings}</sst>` });
  }
  if (more.styles !== undefined) {
    parts.push({ name: "xl/styles.xml", content: `<styleSheet xmlns="${main}">${more.styles}</styleSheet>` });
  }
  return parts;
}

export function workbook(...input: Parameters<typeof workbookParts>): Buffer {
  return zip(workbookParts(...input));
}

/** A row of numbers and texts, as programs without shared strings write it. */
export function sheetRow(row: number, cells: readonly (string | number)[], attributes = ""): string {
  const inner = cells.map((cell, at) => {
    const place = `${String.fromCharCode(65 + at)}${row}`;
    return typeof cell === "number"
      ? `<c r="${place}"><v>${cell}</v></c>`
      : `<c r="${place}" t="inlineStr"><is><t>${cell}</t></is></c>`;
  });
  return `<row r="${row}"${attributes}>${inner.join("")}</row>`;
}
