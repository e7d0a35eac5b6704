import { sheetRow, workbook, workbookParts } from "./workbooks.ts";
import { zip } from "./zip.ts";

/** The workbooks of the corpus that no program would write, and the archives that are none. */

const header = sheetRow(1, ["Телефон", "Имя"]);
const two = header + sheetRow(2, [79001112233, "Иванов"]) + sheetRow(3, ["+7 900 111-22-34", "Петров"]);
const plain = workbook([{ name: "Лист1", data: two }]);

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

const styles =
  '<numFmts><numFmt numFmtId="164" formatCode="[$-419]d\\ mmmm\\ yyyy;@"/><numFmt numFmtId="165" formatCode="0.00E+00"/>' +
  '<numFmt numFmtId="166" formatCode="dd.mm.yyyy hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
  '<cellXfs><xf numFmtId="0"/><xf numFmtId="165"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="166"/></cellXfs>';

export const workbookFiles: Readonly<Record<string, Buffer>> = {
  "numbers-and-dates.xlsx": workbook(
    [
      {
        name: "Лист1",
        data:
          sheetRow(1, ["Телефон", "Срок действия", "Имя"]) +
          '<row r="2"><c r="A2" s="1"><v>7.9001112233E10</v></c><c r="B2" s="2"><v>47848</v></c><c r="C2" t="s"><v>0</v></c></row>' +
          '<row r="3"><c r="A3" s="1"><v>79001112234</v></c><c r="B3" s="4"><v>47848.75</v></c><c r="C3" t="s"><v>1</v></c></row>' +
          '<row r="4"><c r="A4" t="str"><f>"7"&amp;"9001112235"</f><v>79001112235</v></c><c r="B4" t="d"><v>2030-12-31T00:00:00</v></c></row>' +
          '<row r="5"><c r="A5" t="e"><v>#N/A</v></c></row>' +
          '<row r="6"><c r="A6"><v>79001112236.5</v></c></row>' +
          '<row r="7"><c r="A7" s="3"><v>79001112237</v></c><c r="C7" t="s"><v>2</v></c></row>',
      },
    ],
    {
      styles,
      sharedStrings:
        "<si><t>Иванов</t></si><si><r><t>Пет</t></r><r><rPr/><t>ров</t></r><rPh><t>ヤマ</t></rPh></si><si><t>a_x000D_b</t></si>",
    },
  ),
  "date-1904.xlsx": workbook(
    [
      {
        name: "Лист1",
        data:
          sheetRow(1, ["phone", "expires"]) +
          '<row r="2"><c r="A2"><v>79001112233</v></c><c r="B2" s="3"><v>46386</v></c></row>',
      },
    ],
    { styles, workbookPr: '<workbookPr date1904="1"/>' },
  ),
  "sheets.xlsx": workbook([
    { name: "Скрытый", state: "hidden", data: two },
    { name: "Пустой", data: "" },
    { name: "Водители", data: two },
    { name: "Курьеры", data: two },
  ]),
  "hidden-rows.xlsx": workbook([
    {
      name: "Лист1",
      data:
        two + sheetRow(5, [79001112235, "Скрытый"], ' hidden="1"') + sheetRow(9, [79001112236, "Последний"]),
    },
  ]),
  "no-references.xlsx": workbook([
    {
      name: "Лист1",
      data:
        '<row><c t="inlineStr"><is><t>phone</t></is></c><c t="inlineStr"><is><t>name</t></is></c></row>' +
        "<row><c><v>79001112233</v></c><c/></row><row/><row><c><v>79001112234</v></c></row>",
    },
  ]),
  "prefixed.xlsx": workbook([
    {
      name: "Лист1",
      data:
        '<?xml version="1.0"?><x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>' +
        '<x:row r="1"><x:c r="B1"><x:v>79001112233</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    },
  ]),
  "far-column.xlsx": workbook([
    { name: "Лист1", data: `${two}<row r="4"><c r="A4"><v>79001112235</v></c><c r="XFD4"><v>1</v></c></row>` },
  ]),
  "long-cell.xlsx": workbook([
    { name: "Лист1", data: two + sheetRow(4, [79001112235, "x".repeat(200_000)]) + sheetRow(5, [79001112236, "y"]) },
  ]),
  "no-rows.xlsx": workbook([{ name: "Лист1", data: "" }]),
  "truncated.xlsx": plain.subarray(0, Math.floor(plain.length / 2)),
  "bit-flipped.xlsx": flipped(plain, plain.indexOf("xl/worksheets/sheet1.xml") + 60),
  "wrong-checksum.xlsx": zip(
    workbookParts([{ name: "Лист1", data: two }]).map((part) =>
      part.name.endsWith("sheet1.xml") ? { ...part, lies: { crc: 1 } } : part,
    ),
  ),
  "lying-size.xlsx": zip(
    workbookParts([{ name: "Лист1", data: two }]).map((part) =>
      part.name.endsWith("sheet1.xml") ? { ...part, lies: { size: 10 } } : part,
    ),
  ),
  "declared-bomb.xlsx": zip(
    workbookParts([{ name: "Лист1", data: two }]).map((part) =>
      part.name.endsWith("sheet1.xml") ? { ...part, lies: { size: 4_000_000_000 } } : part,
    ),
  ),
  "encrypted-entry.xlsx": zip(
    workbookParts([{ name: "Лист1", data: two }]).map((part) => ({ ...part, lies: { flags: 1 } })),
  ),
  "entity-bomb.xlsx": workbook([
    {
      name: "Лист1",
      data: '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>',
    },
  ]),
  "not-well-formed.xlsx": workbook([{ name: "Лист1", data: "<row><c></row>" }]),
  "rows-backwards.xlsx": workbook([{ name: "Лист1", data: sheetRow(5, [79001112233]) + sheetRow(4, [79001112234]) }]),
  "missing-string.xlsx": workbook([{ name: "Лист1", data: '<row r="1"><c r="A1" t="s"><v>7</v></c></row>' }]),
  "twice-the-same-part.xlsx": zip([
    ...workbookParts([{ name: "Лист1", data: two }]),
    { name: "XL/worksheets/sheet1.xml", content: "<worksheet/>" },
  ]),
  "binary-workbook.xlsb": workbook([], { mainPart: "xl/workbook.bin" }),
  "document.docx": workbook([], { mainPart: "word/document.xml" }),
  "table.ods": zip([{ name: "mimetype", content: "application/vnd.oasis.opendocument.spreadsheet" }]),
  "photos.zip": zip([{ name: "photo.jpg", content: "x" }]),
};
