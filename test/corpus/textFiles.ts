/** The ugly text files of the corpus by name. Written as people and their programs write them. */

const people = [
  ["Телефон", "Имя"],
  ["+79001112233", "Иванов Пётр"],
  ["8 (900) 111-22-34", "Ёлкина Жанна"],
];

function lines(rows: readonly (readonly string[])[], delimiter: string, end: string): string {
  return rows.map((row) => row.join(delimiter) + end).join("");
}

/** The Cyrillic of windows-1251, which Node can read but not write. */
function windows1251(text: string): Buffer {
  const table = new Map<string, number>();
  const decoder = new TextDecoder("windows-1251");
  for (let byte = 0; byte < 256; byte += 1) table.set(decoder.decode(Uint8Array.of(byte)), byte);
  return Buffer.from(Array.from(text, (character) => table.get(character) ?? 0x3f));
}

export function encode(text: string, encoding: string): Buffer {
  switch (encoding) {
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    case "windows-1251":
      return windows1251(text);
    default:
      return Buffer.from(text, "utf8");
  }
}

const bom = "\ufeff";

export const textFiles: Readonly<Record<string, Buffer | string>> = {
  // Encodings, delimiters, line ends.
  "utf8-bom-semicolon-crlf.csv": bom + lines(people, ";", "\r\n"),
  "utf8-comma-lf.csv": lines(people, ",", "\n"),
  "utf8-pipe-cr.csv": lines(people, "|", "\r"),
  "windows-1251-semicolon.csv": encode(lines(people, ";", "\r\n"), "windows-1251"),
  "windows-1251-late.csv": encode(
    `phone;name\n${Array.from({ length: 6000 }, (_, at) => `${79001000000 + at};n\n`).join("")}79001112233;Иванов\n`,
    "windows-1251",
  ),
  "utf16le-bom-tab.txt": encode(bom + lines(people, "\t", "\r\n"), "utf-16le"),
  "utf16be-bom-tab.txt": encode(bom + lines(people, "\t", "\r\n"), "utf-16be"),
  "utf16le-semicolon.csv": encode(lines(people, ";", "\r\n"), "utf-16le"),
  "utf16be-semicolon.csv": encode(lines(people, ";", "\r\n"), "utf-16be"),
  "utf8-scarred.csv": Buffer.concat([
    Buffer.from(`Телефон;Имя\n79001112233;Иванов Пётр Сергеевич\n79001112234;Пет`),
    Buffer.from([0xd1]),
    Buffer.from("ов\n79001112235;Сидоров Иван Ильич\n"),
  ]),
  "sep-semicolon.csv": `${bom}sep=;\r\n${lines(people, ";", "\r\n")}`,
  "sep-comma-quoted.csv": `"sep=,"\n${lines(people, ",", "\n")}`,
  "sep-tab.csv": `sep=\t\r\n${lines(people, "\t", "\r\n")}`,
  "line-ends-mixed.csv": "phone,name\r\n79001112233,a\n79001112234,b\r79001112235,c\n\r\n79001112236,d",

  // Quotes.
  "quoted.csv":
    'phone,name,address\n"79001112233","Кафе ""У Пети"", зал 2","Москва,\nМира 1"\n"79001112234",  "как есть" ,"x"  \n79001112235,"","y"\n',
  "quote-unclosed.csv": 'phone,name\n79001112233,"Иванов\n79001112234,Петров\n79001112235,Сидоров\n',
  "quote-unclosed-between-quoted.csv":
    'phone,name\n79001112233,"Иванов\n79001112234,"Петров"\n79001112235,"Сидоров"\n',
  "quote-stray.csv": 'phone;name\n79001112233;"ООО "Ромашка""\n79001112234;"Петров"\n79001112235;ООО "Лютик"\n',

  // Header and columns.
  "no-header-one-column.csv": "79001112233\n+7 900 111-22-34\n\n8(900)1112235\n",
  "one-column-two-numbers.csv": "79001112233\n79001112234,79001112235\n79001112236;79001112237\n79001112238\n",
  "no-header-two-columns.csv": "Иванов;79001112233\nПетров;79001112234\nСидоров;79001112235\n",
  "no-header-with-dates.csv": "79001112233;Иванов;31.12.2030\n79001112234;Петров;01.02.2031\n",
  "header-russian-all.csv":
    "№;ФИО клиента;Номер договора;Мобильный телефон;Действует до;Пул;АОН;Город\n" +
    "1;Иванов;Д-17;79001112233;31.12.2030;Москва;анонимно;Тула\n2;Петров;Д-18;79001112234;;;подменный;Орёл\n",
  "header-english-all.csv":
    "id,Full Name,Phone Number,Valid until,Pool,Caller ID,Status\n" +
    "17,Ivanov,+7 900 111-22-33,2030-12-31T18:00:00Z,Moscow,caller,active\n18,Petrov,+7 900 111-22-34,never,,+79005550000,active\n",
  "header-unknown.csv": "Куда звонить,Кто\n79001112233,Иванов\n79001112234,Петров\n",
  "header-misleading.csv": "Номер;Абонент\n1;79001112233\n2;79001112234\n3;79001112235\n",
  "header-duplicate.csv": "Телефон;Телефон;Имя\n79001112233;79005550001;Иванов\n79001112234;;Петров\n",
  "header-below-title.csv":
    "Список водителей на 01.02.2027;;\n;;\nИмя;Телефон;Комментарий\nИванов;79001112233;ночь\nПетров;79001112234;день\n",
  "export-again.csv":
    "real_phone,fake_phone,state,label,reference,pool,expires_at (Asia/Yekaterinburg),caller_id_policy,id,created_at\n" +
    "+79001112233,+79580000001,active,'=Иванов,A-1,default,2030-12-31T23:59:59,proxy,1,2026-01-01T00:00:00\n" +
    "'+79001112234,+79580000002,active,-,,default,,,2,2026-01-01T00:00:00\n",
  "names-only.csv": "Имя;Город\nИванов;Тула\nПетров;Орёл\n",
  "header-only.csv": "Телефон;Имя\n",
  "blank.csv": "\n\n  \n;;\n",
  "empty.csv": "",

  // Rows that cannot be read for sure.
  "excel-ruin.csv":
    "Телефон;Имя\n7,9E+10;a\n7.9E+10;b\n7,9001112233E+10;c\n79001112234.0;d\n=\"79001112235\";e\n'79001112236;f\n79001112237,00;g\n",
  "several-and-extensions.csv":
    'phone,name\n"79001112233, 79001112234",a\n79001112233/34,b\n79001112233;79001112234,c\n8 (495) 123-45-67 доб. 12,d\n+74951234567#12,e\n79001112235,f\n',
  "short-and-emergency.csv": "phone,name\n112,a\n03,b\n+7 112,c\n*100#,d\n1234,e\n79001112233,f\n",
  "wrong-numbers.csv":
    "phone,name\nнет,a\n,b\n1234567890123456,c\n+9990001112233,d\n7900111223,e\n79001112233?,f\n+70001112233,g\n79001112234,h\n",
  "expiry.csv":
    "phone,expires\n79001112201,2030-12-31\n79001112202,31.12.2030\n79001112203,2030-12-31 18:30\n79001112204,2030-12-31T18:30:00+03:00\n" +
    "79001112205,31/12/2030\n79001112206,01/02/2030\n79001112207,01.02.30\n79001112208,31.02.2030\n79001112209,завтра\n79001112210,бессрочно\n79001112211,\n79001112212,2030-12-31 25:00\n79001112213,12/31/2030\n",
  "labels.csv":
    `phone,name,reference\n79001112201,${"я".repeat(200)},a\n79001112202,${"я".repeat(201)},b\n79001112203,"две\nстроки",c\n` +
    `79001112204,😀 Иванов,d\n79001112205,'=СУММ(A1),e\n79001112206,"=""текст""",f\n79001112207,x\u0007y,g\n79001112208,\ufffd,h\n79001112209,ok,${"r".repeat(201)}\n79001112210,'Ромашка',k\n`,
  "extra-cells.csv": "phone,name\n79001112233,Иванов, Пётр\n79001112234,Петров\n79001112235,Сидоров,,\n79001112236\n",
  "blank-rows.csv": "phone;name\n79001112233;a\n\n;\n79001112234;b\n   \n79001112235;c",
  "nul-bytes.csv": "phone,name\n79001112233,a\u0000b\n7900111\u00002234,c\n79001112235,d\n",
  "policies-and-pools.csv":
    `phone,pool,caller id\n79001112201,,\n79001112202,Москва,proxy\n79001112203,${"п".repeat(101)},\n79001112204,,номер звонящего\n79001112205,,fixed: 8 900 555-00-00\n79001112206,,как-нибудь\n`,

  // Not tables.
  "page.xls": "<html><body><table><tr><td>79001112233</td></tr></table></body></html>",
  "spreadsheet-2003.xml": '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
  "document.rtf": "{\\rtf1\\ansi 79001112233}",
  "document.pdf": "%PDF-1.7\n1 0 obj\n",
  "archive.gz": Buffer.from("1f8b0800000000000003", "hex"),
  "photo.jpg": Buffer.from("ffd8ffe000104a46494600010101006000600000", "hex"),
  "program.exe": Buffer.concat([Buffer.from("MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "latin1"), Buffer.alloc(200)]),
  "old.xls": Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(504)]),
  "password.xlsx": Buffer.concat([
    Buffer.from("d0cf11e0a1b11ae1", "hex"),
    Buffer.alloc(504),
    Buffer.from("EncryptedPackage", "utf16le"),
  ]),
  "utf32.csv": Buffer.from("fffe000037000000390000000a000000", "hex"),
};
