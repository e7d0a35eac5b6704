import { expect } from "chai";
import { meaningOfHeader } from "../../../../src/imports/reading/headerNames.ts";

const headers: Readonly<Record<string, readonly string[]>> = {
  realNumber: [
    "Телефон",
    "ТЕЛЕФОН",
    "Тел.",
    "тел",
    "Номер телефона",
    "Телефон клиента (основной)",
    "Мобильный",
    "Сотовый тел",
    "Номер",
    "Реальный номер",
    "Контактный телефон",
    "phone",
    "Phone Number",
    "real_phone",
    "realPhone",
    "Real number",
    "MSISDN",
    "mobile",
    "Cell",
    "E.164",
    "number",
    "customer phone",
    "Контакт",
    "Телефон заказчика",
    "order_phone",
    "Внешний телефон",
    "Telefon",
  ],
  label: [
    "Имя",
    "ФИО",
    "Ф.И.О.",
    "имя клиента",
    "Клиент",
    "Водитель",
    "Название",
    "Метка",
    "Name",
    "full_name",
    "label",
    "Комментарий",
    "Заказчик",
    "Note",
  ],
  reference: [
    "ID",
    "Ид",
    "Код клиента",
    "Номер договора",
    "№ заказа",
    "Лицевой счёт",
    "reference",
    "Ref",
    "external_id",
    "Order number",
  ],
  expiry: [
    "Действует до",
    "До",
    "Срок действия",
    "Дата окончания",
    "Истекает",
    "expires_at (UTC)",
    "Valid until",
    "Expiry",
    "End date",
    "Срок действия по",
    "Дата окончания действия",
    "Valid thru",
    "number_expires_at",
  ],
  pool: ["Пул", "Pool", "пул номеров", "Название пула"],
  callerIdPolicy: ["АОН", "Caller ID", "caller_id_policy", "callerIdPolicy", "Показывать номер"],
  ignored: ["№", "#", "№ п/п", "п/п", "proxy_was_for", "ИНН", "tax_id", "Серия паспорта", "IMSI"],
  proxyNumber: [
    "Подменный номер",
    "Прокси",
    "Прокси-номер",
    "Виртуальный номер",
    "Номер подмены",
    "fake_phone",
    "Proxy number",
    "proxyPhone",
    "Virtual number",
    "Masked number",
    "DID",
  ],
  countryCode: ["Код страны", "Country Code", "country_code", "Phone country code"],
  areaCode: ["Код города", "Area code", "area_code"],
  extension: ["Доб.", "Добавочный номер", "ext", "Extension", "Внутр. номер"],
  nothing: [
    "",
    "  ",
    "valid",
    "Действителен",
    "Полис действителен до",
    "Звонить до",
    "call until",
    "Доставить до",
    "Срок доставки",
    "Valid from",
    "Действует с",
    "Действует до (паспорт)",
    "Последний звонок до",
    "Город",
    "Статус",
    "Сумма",
    "Домашний адрес",
    "Додо",
    "Идея",
    "state",
    "created_at",
    "Department",
  ],
};

describe("A header", () => {
  for (const [field, names] of Object.entries(headers)) {
    for (const name of names) {
      it(`${JSON.stringify(name)} means ${field}`, () => {
        expect(meaningOfHeader(name)?.field ?? "nothing").to.equal(field);
      });
    }
  }

  it("with a specific name takes precedence over a general one", () => {
    const weight = (header: string) => meaningOfHeader(header)?.weight ?? 0;
    expect(weight("Реальный номер")).to.be.above(weight("Телефон"));
    expect(weight("Телефон")).to.be.above(weight("Номер"));
    expect(weight("reference")).to.be.above(weight("id"));
    expect(weight("Имя")).to.be.above(weight("Клиент"));
    expect(weight("Клиент")).to.be.above(weight("Комментарий"));
  });
});
