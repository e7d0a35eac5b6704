import { expect } from "chai";
import { findColumns } from "../../../../src/imports/reading/findColumns.ts";
import type { RawRow } from "../../../../src/imports/rows/row.ts";

const options = { defaultCountry: "RU", pools: new Set(["москва"]) };

/** What the columns of a table mean, by their headers; and what the reader is unsure of. */
function meaningOf(header: readonly string[] | null, rows: readonly (readonly string[])[]) {
  const raw = rows.map((cells, at): RawRow => ({ row: at + 2, cells }));
  const width = Math.max(header?.length ?? 0, ...rows.map(({ length }) => length));
  const { columns, equalNumbers, dates, unknownPools, unclearProxies, extensions } = findColumns(
    header,
    raw,
    width,
    {},
    options,
  );
  const fields = columns.map(({ field }) => field);
  return {
    numbers: fields.indexOf("realNumber"),
    fields: fields.join(" "),
    equal: equalNumbers,
    dates,
    unknownPools,
    unclearProxies,
    extensions,
  };
}

const mobile = (at: number): string => `+7900111220${at}`;
const landline = (at: number): string => `8 (495) 111-22-0${at}`;

/** Five rows of what the columns are made of. */
const table = (...columns: readonly ((at: number) => string)[]): readonly (readonly string[])[] =>
  [0, 1, 2, 3, 4].map((at) => columns.map((cell) => cell(at)));

const nothing = (): string => "";

describe("The column of the numbers", () => {
  for (const header of [
    "Паспорт, телефон",
    "Tax phone",
    "Телефон заказчика",
    "order_phone",
    "Внешний телефон",
    "Клиент",
    "Комментарий",
    "Куда",
  ]) {
    it(`is one of phone numbers, although its header is ${header}`, () => {
      expect(meaningOf(["Код", header], table(String, mobile)).numbers).to.equal(1);
    });
  }

  const pairs: readonly (readonly [one: string, other: string])[] = [
    ["Домашний телефон", "Мобильный"],
    ["Рабочий телефон", "Телефон"],
    ["Рабочий телефон", "Домашний телефон"],
    ["Телефон 2", "Телефон"],
    ["Факс", "Телефон"],
    ["home_phone", "mobile_phone"],
    ["Phone (work)", "Phone (mobile)"],
    ["Телефон (рабочий)", "Телефон (моб.)"],
    ["Telefon (geschäftlich)", "Telefon (mobil)"],
    ["Festnetz", "Handy"],
    ["Phone (2)", "Phone"],
    ["work phone", "home phone"],
    ["Телефон", "Реальный номер"],
    ["outbound_caller_id_number", "mobile_number"],
  ];
  for (const [worse, better] of pairs) {
    it(`is ${better} before ${worse}, wherever it stands`, () => {
      expect(meaningOf([worse, better], table(landline, mobile)).numbers).to.equal(1);
      expect(meaningOf([better, worse], table(mobile, landline)).numbers).to.equal(0);
    });
  }

  it("is the fullest, and never one that is nearly empty", () => {
    const rare = (at: number): string => (at === 0 ? mobile(at) : "");
    expect(meaningOf(["Мобильный", "Домашний телефон"], table(rare, landline)).numbers).to.equal(1);
    const someNumbers = (at: number): string => (at < 3 ? mobile(at) : "");
    expect(meaningOf(["Мобильный", "Телефон"], table(someNumbers, landline)).numbers).to.equal(1);
  });

  it("is one of phones, and none of members whose numbers happen to be valid", () => {
    const member = (at: number): string => `900111330${at}`;
    const phone = (at: number): string => (at < 2 ? mobile(at) : "");
    expect(meaningOf(["Номер участника", "Телефон"], table(member, phone)).numbers).to.equal(1);
    expect(meaningOf(["Номер", "Телефон"], table(mobile, phone)).numbers).to.equal(0);
  });

  for (const other of ["Телефон родителя", "Рабочий телефон", "Телефон 2", "Факс (телефон)"])
    it(`is a plain Номер before ${other}`, () => {
      const plain = (at: number): string => `900111330${at}`;
      const some = (at: number): string => (at < 2 ? plain(at + 5) : "");
      for (const second of [some, landline, mobile]) {
        expect(meaningOf(["Номер", other], table(plain, second)).numbers).to.equal(0);
        expect(meaningOf([other, "Номер"], table(second, plain)).numbers).to.equal(1);
      }
    });

  it("is not chosen between two that are equally good", () => {
    const found = meaningOf(["Телефон", "Контактный телефон"], table(mobile, landline));
    expect(found).to.include({ numbers: -1 });
    expect(found.equal).to.deep.equal([0, 1]);
    expect(meaningOf(null, table(mobile, landline)).equal).to.deep.equal([0, 1]);
    expect(meaningOf(["Телефон", "Контактный телефон"], table(mobile, mobile)).numbers).to.equal(0);
  });

  it("is none of tax numbers, orders, IDs, and dates, although some are valid numbers", () => {
    const taxNumber = (at: number): string => String(4_951_234_567 + at);
    for (const header of ["ИНН", "Номер заказа", "ID", "Заказ", "Лицевой счёт", "order_id", "tax id"]) {
      expect(
        meaningOf(
          [header, "Имя"],
          table(taxNumber, () => "Анна"),
        ).numbers,
        header,
      ).to.equal(-1);
      expect(meaningOf([header, "Телефон"], table(taxNumber, mobile)).numbers, header).to.equal(1);
    }
    for (const header of ["Сумма", "Остаток", "amount", "Штрихкод", "EAN", "ЖСН", "РНОКПП", "Ціна"])
      expect(
        meaningOf(
          [header, "Имя"],
          table(
            (at) => `900111220${at}`,
            () => "Анна",
          ),
        ).numbers,
        header,
      ).to.equal(-1);
    const some = (at: number): string => String(7_714_000_012 + at * 300_000_017);
    expect(
      meaningOf(
        null,
        table(some, (at) => `900111220${at}`),
      ).numbers,
    ).to.equal(1);
    expect(
      meaningOf(
        ["Чек", "Телефон"],
        table(taxNumber, (at) => (at < 3 ? mobile(at) : "")),
      ).numbers,
    ).to.equal(1);
    expect(
      meaningOf(
        ["Дата", "Имя"],
        table(
          () => "20301231",
          () => "Анна",
        ),
      ).numbers,
    ).to.equal(-1);
  });
});

describe("A column of dates", () => {
  const date = (): string => "31.12.2030";

  it("is an expiry only where its header says that the number ends", () => {
    for (const header of [
      "Действует до",
      "Срок действия",
      "expires_at (UTC)",
      "Valid until",
      "Дата окончания",
      "Ablaufdatum",
      "Läuft ab am",
      "Термін дії",
      "Дійсний до",
      "Діє до",
      "Мерзімі",
      "Жарамдылық мерзімі",
    ])
      expect(meaningOf(["Телефон", header], table(mobile, date)).fields, header).to.equal(
        "realNumber expiry",
      );
    const others = [
      "Паспорт действителен до",
      "Страховка до",
      "Доставка до",
      "Действует с",
      "valid from",
      "Звонить до",
      "call until",
      "Комментарий до",
      "comment until",
      "Дата рождения",
    ];
    for (const header of others)
      expect(meaningOf(["Телефон", header], table(mobile, date)).fields, header).to.not.include("expiry");
    expect(
      meaningOf(
        ["Телефон", "Паспорт", "Срок действия"],
        table(mobile, () => "4510 123456", date),
      ),
    ).to.deep.include({
      fields: "realNumber ignored ignored",
      dates: [2],
    });
    for (const document of ["Доверенность", "Пропуск", "Work permit", "Ausweis"])
      expect(
        meaningOf(
          ["Телефон", document, "Действует до"],
          table(mobile, () => "4510", date),
        ).dates,
        document,
      ).to.deep.equal([2]);
  });

  it("beside a document or a contract, on either side, is asked about unless its header says number", () => {
    const some = (): string => "4510";
    for (const document of ["Паспорт", "Договор", "Номер договора", "Passport", "Contract no.", "Vertrag"]) {
      for (const end of ["Действителен до", "Срок действия", "Valid until", "Gültig bis"]) {
        const behind = meaningOf(["Телефон", document, end], table(mobile, some, date));
        expect(behind.fields, `${document} ${end}`).to.not.include("expiry");
        expect(behind.dates, `${document} ${end}`).to.deep.equal([2]);
        const before = meaningOf(["Телефон", end, document], table(mobile, date, some));
        expect(before.fields, `${end} ${document}`).to.not.include("expiry");
        expect(before.dates, `${end} ${document}`).to.deep.equal([1]);
      }
      expect(
        meaningOf(["Телефон", document, "Номер действует до"], table(mobile, some, date)).fields,
        document,
      ).to.match(/expiry$/);
    }
    for (const header of ["Дата окончания договора", "Contract end date"])
      expect(meaningOf(["Телефон", header], table(mobile, date)), header).to.deep.include({
        fields: "realNumber ignored",
        dates: [1],
      });
  });

  it("of a start and an end is the end", () => {
    for (const [start, end] of [
      ["Действует с", "Действует до"],
      ["Дата начала", "Дата окончания"],
      ["Начало", "Конец"],
      ["valid from", "valid to"],
      ["start_date", "end_date"],
      ["Срок действия с", "Срок действия по"],
    ] as const)
      expect(
        meaningOf(
          ["Телефон", start, end],
          table(mobile, () => "01.01.2030", date),
        ).fields,
      ).to.equal("realNumber ignored expiry");
  });

  it("that may be an end in other words is asked about", () => {
    for (const header of [
      "Дата отключения",
      "Годен до",
      "По",
      "Срок действия номера телефона",
      "Подменный номер до",
      "Contract ends",
      "Kündigung",
      "Enddatum",
      "Rufnummer gültig bis",
      "Deactivation date",
      "Дата",
      "Ważny do",
      "Bitiş tarihi",
      "Muddati",
      "Fecha de vencimiento",
    ])
      expect(meaningOf(["Телефон", header], table(mobile, date)), header).to.deep.include({
        fields: "realNumber ignored",
        dates: [1],
      });
  });

  it("of something else is not asked about", () => {
    for (const header of [
      "Дата рождения",
      "Создан",
      "Дата регистрации",
      "created_at",
      "Updated",
      "Start date",
      "Geburtsdatum",
      "Дата народження",
      "Дата заказа",
      "Последний звонок",
    ])
      expect(meaningOf(["Телефон", header], table(mobile, date)).dates, header).to.deep.equal([]);
  });

  it("without a header is asked about", () => {
    expect(meaningOf(null, table(mobile, date))).to.deep.include({
      fields: "realNumber ignored",
      dates: [1],
    });
  });

  it("is none where it says yes and no", () => {
    for (const yes of ["да", "yes", "TRUE", "1", "+", "x", "ja", "Активен", "enabled"])
      expect(
        meaningOf(
          ["Телефон", "Действителен до"],
          table(mobile, () => yes),
        ).fields,
      ).to.equal("realNumber ignored");
  });
});

describe("A column of country codes or extensions", () => {
  const foreign = (at: number): string => `415555267${at}`;

  it("is one of country codes by its header, or by its plus signs", () => {
    const plus = (): string => "+1";
    for (const header of [
      "Код",
      "code",
      "prefix",
      "Intl code",
      "Ländervorwahl",
      "CC",
      "Phone CC",
      "country",
    ]) {
      const { fields } = meaningOf([header, "Phone"], table(plus, foreign));
      expect(fields, header).to.match(/^(?:countryCode|areaCode) realNumber$/);
    }
    expect(meaningOf(null, table(plus, foreign)).fields).to.equal("countryCode realNumber");
    expect(
      meaningOf(
        ["Country", "Country code", "Phone"],
        table(
          () => "US",
          () => "1",
          foreign,
        ),
      ).fields,
    ).to.equal("ignored countryCode realNumber");
  });

  it("is one of countries where it has their codes or names", () => {
    const american = (): string => "US";
    const named = (): string => "Россия";
    for (const header of ["country", "Страна"]) {
      expect(meaningOf([header, "Phone"], table(american, foreign)).fields).to.equal(
        "countryCode realNumber",
      );
      expect(meaningOf([header, "Phone"], table(named, mobile)).fields).to.equal("countryCode realNumber");
    }
  });

  it("is one of countries whatever its header, where they are not the default country", () => {
    const cells = ["US", "🇺🇸", "США", "Соединенные Штаты", "USA", "United States", "Vereinigte Staaten"];
    const headers = [
      "Страна",
      "nationality",
      "Регион",
      "Гражданство",
      "Staatsangehörigkeit",
      "Куда",
      "Country of residence",
    ];
    for (const header of headers)
      for (const cell of cells)
        expect(
          meaningOf(
            [header, "Phone"],
            table(() => cell, foreign),
          ).fields,
          `${header} ${cell}`,
        ).to.equal("countryCode realNumber");
    const one = (at: number): string => (at === 0 ? "США" : "Российская Федерация");
    expect(meaningOf(["Страна", "Телефон"], table(one, foreign)).fields).to.equal("countryCode realNumber");
    const oneUnknown = (at: number): string => (at === 0 ? "США" : "Расея");
    expect(meaningOf(["Страна", "Телефон"], table(oneUnknown, foreign)).fields).to.match(/^countryCode/);
    for (const [header, cell] of [
      ["Регион", "Москва"],
      ["Страна", "Наша"],
      ["Отдел", "IT"],
      ["Язык", "de"],
      ["Город", "Казань"],
    ] as const)
      expect(
        meaningOf(
          [header, "Телефон"],
          table(() => cell, mobile),
        ).fields,
        header,
      ).to.equal("ignored realNumber");
  });

  it("is named by a header that speaks of phones as well, and is none of states", () => {
    for (const [header, cell] of [
      ["Страна номера", "США"],
      ["Phone (country)", "US"],
      ["Phone (country code)", "1"],
    ] as const)
      expect(
        meaningOf(
          [header, "Phone"],
          table(() => cell, foreign),
        ).fields,
        header,
      ).to.equal("countryCode realNumber");
    expect(meaningOf(["Country phone"], table(mobile)).fields).to.equal("realNumber");
    const state = (at: number): string => ["CA", "IL", "NY", "TX", "DE"][at] ?? "";
    expect(meaningOf(["Region", "Phone"], table(state, foreign)).fields).to.equal("ignored realNumber");
  });

  it("is one of countries by its header where numbers would be read as the default country's without them", () => {
    for (const cell of ["840", "CAN", "Неизвестная"])
      for (const header of ["Country", "Страна", "Країна", "Ел"]) {
        const national = (at: number): string => `415555267${at}`;
        expect(
          meaningOf(
            [header, "Phone"],
            table(() => cell, national),
          ).fields,
        ).to.equal("countryCode realNumber");
        expect(
          meaningOf(
            [header, "Phone"],
            table(() => cell, mobile),
          ).fields,
        ).to.equal("ignored realNumber");
      }
  });

  it("is one of bare country codes beside numbers that are complete with them", () => {
    const code = (): string => "1";
    for (const header of [
      null,
      ["Код", "Phone"],
      ["x", "Phone"],
      ["Column 1", "Phone"],
      ["Phone prefix", "Phone"],
      ["Префикс телефона", "Phone"],
      ["Код тел.", "Phone"],
      ["Ländercode", "Phone"],
    ])
      expect(meaningOf(header, table(code, foreign)).fields, String(header)).to.equal(
        "countryCode realNumber",
      );
    expect(meaningOf(["Кол-во", "Phone"], table(code, foreign)).fields).to.equal("ignored realNumber");
    // Several codes that fit their numbers, whatever the header.
    const codes = (at: number): string => (at < 3 ? "1" : "49");
    const numbers = (at: number): string => (at < 3 ? foreign(at) : `3090182${at}`);
    expect(meaningOf(["Lkz", "Phone"], table(codes, numbers)).fields).to.equal("countryCode realNumber");
    expect(meaningOf(["Кол-во", "Phone"], table(codes, numbers)).fields).to.equal("ignored realNumber");
    expect(meaningOf(null, table(code, mobile)).fields).to.equal("ignored realNumber");
    expect(meaningOf(null, table(String, foreign)).fields).to.equal("ignored realNumber");
  });

  it("is one of extensions in front of the number as well, unless that is a mobile number", () => {
    const extension = (at: number): string => String(100 + at * 3);
    for (const header of [
      "Доб.",
      "Внутр. №",
      "Доп. номер",
      "ext.",
      "Extension",
      "Durchwahl",
      "Nebenstelle",
    ]) {
      expect(meaningOf([header, "Телефон"], table(extension, landline)).fields, header).to.equal(
        "extension realNumber",
      );
      expect(meaningOf(["Телефон", header], table(landline, extension)).fields, header).to.equal(
        "realNumber extension",
      );
    }
    expect(meaningOf(["Доп. номер", "Телефон"], table(mobile, landline)).fields).to.equal(
      "ignored realNumber",
    );
  });

  it("is asked about where it has short numbers and no header, or stands in front of a mobile number", () => {
    const extension = (at: number): string => String(100 + at * 3);
    expect(meaningOf(null, table(landline, extension)).extensions).to.deep.equal([1]);
    expect(meaningOf(null, table(extension, landline)).extensions).to.deep.equal([0]);
    expect(meaningOf(null, [["84951234567", "12"]]).extensions).to.deep.equal([1]);
    expect(meaningOf(["Доп. номер", "Телефон"], table(mobile, landline)).extensions).to.deep.equal([]);
    expect(meaningOf(["Доб.", "Мобильный"], table(extension, mobile)).extensions).to.deep.equal([0]);
    expect(meaningOf(null, table(String, landline)).extensions).to.deep.equal([]);
    expect(meaningOf(["Телефон", "Возраст"], table(landline, extension)).extensions).to.deep.equal([]);
  });

  it("is one of extensions anywhere behind the number", () => {
    const extension = (at: number): string => String(100 + at);
    const name = (): string => "Анна";
    for (const header of ["Ext", "Доб.", "Добавочный тел.", "Добавочный телефон", "Durchwahl", "Nebenstelle"])
      expect(
        meaningOf(["Телефон", "Имя", "Отдел", "Город", header], table(landline, name, name, name, extension))
          .fields,
        header,
      ).to.match(/extension$/);
    expect(meaningOf(["Телефон", "Внутренний телефон"], table(landline, extension)).fields).to.match(
      /extension$/,
    );
    expect(meaningOf(["Имя", "Внутренний телефон"], table(name, mobile)).fields).to.equal("label realNumber");
    expect(meaningOf(["extension", "mobile"], table(extension, mobile)).fields).to.equal(
      "ignored realNumber",
    );
  });
});

describe("A column of area codes", () => {
  it("stands beside one of numbers without them", () => {
    const area = (): string => "030";
    const local = (at: number): string => `90182${at}`;
    for (const header of [
      ["Vorwahl", "Rufnummer"],
      ["Area code", "Number"],
      ["Код города", "Номер"],
    ])
      expect(meaningOf(header, table(area, local)).fields, header.join()).to.equal("areaCode realNumber");
  });
});

describe("A column of pools or policies", () => {
  it("has pools or policies in its cells", () => {
    expect(
      meaningOf(
        ["Телефон", "Пул"],
        table(mobile, () => "Москва"),
      ).fields,
    ).to.equal("realNumber pool");
    expect(
      meaningOf(
        ["Телефон", "Пул"],
        table(mobile, () => "Бассейн"),
      ),
    ).to.deep.include({
      fields: "realNumber ignored",
      unknownPools: [1],
    });
    expect(
      meaningOf(
        ["Телефон", "АОН"],
        table(mobile, () => "anonymous"),
      ).fields,
    ).to.equal("realNumber callerIdPolicy");
    expect(
      meaningOf(
        ["Телефон", "АОН"],
        table(mobile, () => "да"),
      ).fields,
    ).to.equal("realNumber ignored");
    expect(
      meaningOf(
        ["Телефон", "Caller ID"],
        table(mobile, () => "101"),
      ).fields,
    ).to.equal("realNumber ignored");
    expect(meaningOf(["Телефон", "caller_id_policy"], table(mobile, landline)).fields).to.equal(
      "realNumber callerIdPolicy",
    );
    expect(meaningOf(["Телефон", "Пул"], table(mobile, nothing)).fields).to.equal("realNumber pool");
  });
});

describe("A column of proxy numbers", () => {
  const header = ["Телефон", "Подменный номер"];

  it("is one of phone numbers under such a header, on either side of the real ones", () => {
    expect(meaningOf(header, table(mobile, landline)).fields).to.equal("realNumber proxyNumber");
    expect(meaningOf(["proxy_phone", "real_phone"], table(landline, mobile)).fields).to.equal(
      "proxyNumber realNumber",
    );
    expect(meaningOf(header, table(mobile, nothing)).fields).to.equal("realNumber proxyNumber");
    // Of a private plan, as a pool may have them.
    expect(
      meaningOf(
        header,
        table(mobile, (at) => `+7000100000${at}`),
      ).fields,
    ).to.equal("realNumber proxyNumber");
    expect(meaningOf(["Phone", "Other"], table(mobile, landline)).fields).to.equal("realNumber ignored");
  });

  it("is none whose cells are something else, and says so where they could be meant for numbers", () => {
    const cells: readonly (readonly [(at: number) => string, readonly number[]])[] = [
      [(at) => (at % 2 === 0 ? "да" : "нет"), []],
      [(at) => `proxy${at}.example.org:8080`, []],
      [(at) => `+7 900 ***-**-${10 + at}`, [1]],
      [(at) => `8 (495) 111-2${at}`, [1]],
      [(at) => `10000${at}`, [1]],
    ];
    for (const [cell, unclear] of cells) {
      const found = meaningOf(header, table(mobile, cell));
      expect(found.fields, cell(0)).to.equal("realNumber ignored");
      expect(found.unclearProxies, cell(0)).to.deep.equal(unclear);
    }
  });
});
