import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readWhole } from "../../../corpus/readWhole.ts";
import { encode } from "../../../corpus/textFiles.ts";
import { sheetRow, workbook } from "../../../corpus/workbooks.ts";
import { UnreadableFileError } from "../../../../src/imports/reading/errors.ts";
import { inspectFile } from "../../../../src/imports/reading/inspectFile.ts";
import type { ReadingChoices } from "../../../../src/imports/reading/types.ts";

describe("A file", () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ugly-"));
    file = join(folder, "upload");
  });
  after(() => rm(folder, { recursive: true }));

  async function read(content: Buffer | string, choices: ReadingChoices = {}) {
    await writeFile(file, content);
    const whole = await readWhole(file, choices);
    if (!("rows" in whole)) throw new Error(`The file is refused: ${whole.refused}`);
    return whole;
  }
  const rowsOf = async (content: Buffer | string, choices: ReadingChoices = {}) =>
    Object.values((await read(content, choices)).rows);

  it("may begin with two byte order marks, and end with DOS's mark, in any encoding", async () => {
    for (const encoding of ["utf-8", "utf-16le", "utf-16be"])
      for (const end of ["\u001a\u001a", "\u001a\r\n", "\u001a\0\0\0"]) {
        const text = `\ufeff\ufeffphone;name\r\n79001112233;Анна\r\n${end}`;
        expect(await rowsOf(encode(text, encoding)), encoding).to.deep.equal([
          { realNumber: "79001112233", label: "Анна" },
        ]);
      }
  });

  it("may have its cells in single quotes", async () => {
    expect(
      await rowsOf("'phone','name'\n'79001112233','Орлова, Анна'\n'79001112234','Пётр'\n"),
    ).to.deep.equal([
      { realNumber: "79001112233", label: "Орлова, Анна" },
      { realNumber: "79001112234", label: "Пётр" },
    ]);
    expect(await rowsOf("'phone,name'\n'79001112233,Анна'\n'79001112234,Пётр'\n")).to.deep.equal([
      { realNumber: "79001112233", label: "Анна" },
      { realNumber: "79001112234", label: "Пётр" },
    ]);
    // Excel's mark of a text is none.
    expect(await rowsOf("phone,name\n'79001112233,Анна\n'79001112234,Пётр\n")).to.deep.equal([
      { realNumber: "79001112233", label: "Анна" },
      { realNumber: "79001112234", label: "Пётр" },
    ]);
  });

  it("may have backslashes that mean nothing", async () => {
    const content = 'phone,name\n79001112233,"C:\\Users\\"\n79001112234,"a ""b"""\n';
    expect(await rowsOf(content)).to.deep.equal([
      { realNumber: "79001112233", label: "C:\\Users\\" },
      { realNumber: "79001112234", label: 'a "b"' },
    ]);
  });

  it("of one column with two numbers in each cell is no table of wrapped lines", async () => {
    const { columns, rows } = await read('"79001112233 79001112234"\n"79001112235 79001112236"\n');
    expect(Object.keys(columns)).to.deep.equal(["0"]);
    expect(Object.values(rows)).to.deep.equal(["SEVERAL_NUMBERS", "SEVERAL_NUMBERS"]);
  });

  it("with ten digits in each row shows that 812 is an area code", async () => {
    const whole = "9001112233\n9001112234\n4951112233\n";
    expect((await rowsOf(`${whole}8121112233\n`)).at(-1)).to.deep.equal({ realNumber: "78121112233" });
    expect((await rowsOf(`89001112233\n89001112234\n84951112233\n8343123456\n`)).at(-1)).to.equal(
      "PREFIX_UNCLEAR",
    );
    expect((await rowsOf(`${whole}89001112234\n8343123456\n`)).at(-1)).to.equal("PREFIX_UNCLEAR");
    expect((await rowsOf("phone\n8121112233\n8121112234\n8121112235\n")).at(-1)).to.equal("PREFIX_UNCLEAR");
    expect((await rowsOf("phone\n8121112233\n", { bareForm: "national" })).at(-1)).to.deep.equal({
      realNumber: "78121112233",
    });
  });

  it("has numbers from abroad without a plus sign only where that was chosen", async () => {
    const content = "phone\n4915112345678\n79001112233\n";
    expect(await rowsOf(content)).to.deep.equal(["PLUS_MISSING", { realNumber: "79001112233" }]);
    expect(await rowsOf(content, { bareForm: "international" })).to.deep.equal([
      { realNumber: "4915112345678" },
      { realNumber: "79001112233" },
    ]);
  });

  it("has numbers of the country that the header of their column names", async () => {
    for (const header of ["Phone (USA)", "Телефон (США)", "US-Telefon (Vereinigte Staaten)"])
      expect(await rowsOf(`${header};Name\n4155552671;Ann\n`), header).to.deep.equal([
        { realNumber: "14155552671", label: "Ann" },
      ]);
    for (const header of ["Phone no", "IT phone", "Телефон", "Phone (USA / Canada)"])
      expect(await rowsOf(`${header}\n9001112233\n`), header).to.deep.equal([{ realNumber: "79001112233" }]);
    const notNamed = [
      "Телефон того, кто заказал",
      "Телефон (того, кто заказал)",
      "Phone (non-USA)",
      "Phone not USA",
    ];
    for (const header of [...notNamed, "Телефон (кроме США)", "USA visitor phone"])
      expect(await rowsOf(`"${header}"\n9001112233\n`), header).to.deep.equal([
        { realNumber: "79001112233" },
      ]);
    expect(
      await rowsOf("Phone USA;Подменный номер;Caller ID policy\n2125551234;84951234567;84951234568\n"),
    ).to.deep.equal([
      {
        realNumber: "12125551234",
        proxyNumber: "74951234567",
        callerIdPolicy: { kind: "fixed", number: "74951234568" },
      },
    ]);
    expect(await rowsOf("Phone (USA)\n9001112233\n", { country: "RU" })).to.deep.equal([
      { realNumber: "79001112233" },
    ]);
  });

  it("has the number in the column that was named", async () => {
    const content = "Имя;Телефон;Контактный телефон\nАнна;79001112233;79001112234\n";
    expect((await read(content)).notices).to.deep.equal(["NUMBER_COLUMN_UNCLEAR"]);
    for (const column of ["Контактный телефон", "контактный  телефон", "3"])
      expect(await rowsOf(content, { column }), column).to.deep.equal([
        { realNumber: "79001112234", label: "Анна" },
      ]);
  });

  it("with more sheets than a person makes is refused, and reading ends when it has taken too long", async () => {
    const data = sheetRow(1, ["79001112233"]);
    const sheets = Array.from({ length: 1001 }, (_, at) => ({ name: `S${at}`, data }));
    await writeFile(file, workbook(sheets));
    expect(await readWhole(file)).to.deep.equal({ refused: "FILE_UNPACKS_TOO_LARGE" });

    const late = new AbortController();
    late.abort(new UnreadableFileError("FILE_TOO_SLOW"));
    for (const content of [workbook([{ name: "A", data }]), "phone\n79001112233\n"]) {
      await writeFile(file, content);
      const options = { defaultCountry: "RU", timeZone: "UTC", limits: { signal: late.signal } };
      expect(await inspectFile(file, options).catch((error: unknown) => error)).to.have.property(
        "code",
        "FILE_TOO_SLOW",
      );
    }
  });

  it("with merged cells has their text in all their rows", async () => {
    const data =
      sheetRow(1, ["Телефон", "Имя", "Номер заказа"]) +
      sheetRow(2, ["79001112233", "Анна", "A-1"]) +
      sheetRow(3, ["79001112234", "", ""]) +
      sheetRow(4, ["79001112235", "", ""]) +
      sheetRow(5, ["79001112236", "Пётр", ""]);
    const merged =
      '</sheetData><mergeCells count="2"><mergeCell ref="B2:B4"/><mergeCell ref="C2:C3"/></mergeCells><sheetData>';
    expect(await rowsOf(workbook([{ name: "A", data: data + merged }]))).to.deep.equal([
      { realNumber: "79001112233", label: "Анна", reference: "A-1" },
      { realNumber: "79001112234", label: "Анна", reference: "A-1" },
      { realNumber: "79001112235", label: "Анна" },
      { realNumber: "79001112236", label: "Пётр" },
    ]);
  });

  it("with a formula without a result is refused there, in the expiry too", async () => {
    const header = sheetRow(1, ["Phone", "Expires", "Other"]);
    const row = (number: number, cells: string): string => `<row r="${number}">${cells}</row>`;
    const phone = (number: number): string => `<c r="A${number}"><v>7900111223${number}</v></c>`;
    const data =
      header +
      row(2, `${phone(2)}<c r="B2"><f>TODAY()+30</f></c>`) +
      row(3, `${phone(3)}<c r="B3"><f>TODAY()+30</f><v></v></c>`) +
      row(4, `${phone(4)}<c r="B4" t="str"><f>""</f><v></v></c>`) +
      row(5, `${phone(5)}<c r="C5"><f>1+1</f></c>`) +
      row(6, `${phone(6)}<c r="B6"><f>TODAY()+30</f></c>`) +
      row(7, phone(7)) +
      row(8, phone(8)) +
      '</sheetData><mergeCells count="1"><mergeCell ref="B6:B7"/></mergeCells><sheetData>';
    expect(await rowsOf(workbook([{ name: "A", data }]))).to.deep.equal([
      "FORMULA_WITHOUT_RESULT",
      "FORMULA_WITHOUT_RESULT",
      { realNumber: "79001112234" },
      { realNumber: "79001112235" },
      "FORMULA_WITHOUT_RESULT",
      "FORMULA_WITHOUT_RESULT",
      { realNumber: "79001112238" },
    ]);
  });

  it("has its header below titles and the number of a contact", async () => {
    const header = "ФИО;Телефон;Действует до\n";
    const rows = "Анна;+79001112231;31.12.2030\nПётр;+79001112232;31.12.2030\n";
    for (const above of [
      "Список телефонов клиентов;;\n;;\n",
      "Телефоны;;\nна 01.02.2027;;\n",
      "ООО Ромашка, тел. +7 495 123-45-67;;\n",
      "Ответственный;+7 495 123-45-67;\n",
      Array.from({ length: 15 }, (_, at) => `Строка ${at};;\n`).join(""),
    ])
      expect(await rowsOf(above + header + rows), above).to.deep.equal([
        { realNumber: "79001112231", label: "Анна", expiresAt: "2030-12-31T21:00:00.000Z" },
        { realNumber: "79001112232", label: "Пётр", expiresAt: "2030-12-31T21:00:00.000Z" },
      ]);
    // A row of a list without a header is as wide as the others.
    const list = "Курьер Иванов;89001112231\nКурьер Петров;номер не указан\nКурьер Сидоров;89001112233\n";
    expect(
      (await rowsOf(`${list}Курьер Орлов;89001112234\n`)).map(
        (row) => typeof row === "string" || row.realNumber,
      ),
    ).to.deep.equal(["79001112231", true, "79001112233", "79001112234"]);
    // At the end of the file, it is none.
    expect((await rowsOf(rows + header)).slice(0, 2)).to.deep.equal([
      { realNumber: "79001112231", label: "Анна" },
      { realNumber: "79001112232", label: "Пётр" },
    ]);
  });

  it("with commas has rows as wide as its header, since texts with commas were cut", async () => {
    const cut = "phone,name,reference\n79001112231,ООО Ромашка, Тула,A-1\n79001112232,ООО Лютик, Орёл,A-2\n";
    expect(await rowsOf(cut)).to.deep.equal(["EXTRA_CELLS", "EXTRA_CELLS"]);
    expect(await rowsOf("phone,name\n79001112231,Анна,,\n")).to.deep.equal([
      { realNumber: "79001112231", label: "Анна" },
    ]);
    // Columns without a name are columns, too.
    expect(await rowsOf("Имя,Телефон,\nАнна,79001112231,VIP\n")).to.deep.equal([
      { realNumber: "79001112231", label: "Анна" },
    ]);
    expect(await rowsOf("phone;name\n79001112231;Анна;x\n")).to.deep.equal([
      { realNumber: "79001112231", label: "Анна" },
    ]);
  });

  it("has headers with characters that are not seen, or in two parts", async () => {
    const text = "\u200bТелефон;И\u00adмя;Действи\u200bтелен до\n79001112231;Анна;31.12.2030\n";
    const expected = [{ realNumber: "79001112231", label: "Анна", expiresAt: "2030-12-31T21:00:00.000Z" }];
    expect(await rowsOf(text)).to.deep.equal(expected);
    expect(
      await rowsOf("Телефон;Имя;Номер действует до\n79001112231;Анна;31.12.2030\n".normalize("NFD")),
    ).to.deep.equal(expected);
  });
});
