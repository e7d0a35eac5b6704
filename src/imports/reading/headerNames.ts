import type { ImportField } from "../rows/row.ts";
import { bracketsOf, headerTest, plainHeader } from "./headerWords.ts";
import { isTimeZone } from "../../values/zonedTime.ts";
import { isResultHeader } from "./resultHeaders.ts";
import { phoneRank } from "./phoneHeaders.ts";

export interface HeaderMeaning {
  /** `ignored`: a column that we know and never want, such as a row counter or a tax number. */
  readonly field: ImportField | "ignored";
  /** 0 to 1: how sure it is. `Имя` says more than `Клиент`; what is ignored for certain has 1. */
  readonly weight: number;
}

const isCountry = headerTest({
  whole: "land|cc|iso|iso code|country iso|iso country|staat|ел|мемлекет",
  word: "country|страна|країна",
});
/** The origin of a person or an address, and perhaps of the number. */
const isOrigin = headerTest({
  whole: "регион|region|geo|гео|origin|herkunft|herkunftsland|рынок|market",
  stem: "гражданств|национальност|nationalit|citizenship|staatsang|staatsbürg",
});
export const saysOriginOnly = (header: string): boolean => isOrigin(plainHeader(header));

/** The first rule that matches counts, so the narrow ones come before the wide ones. */
const rules: readonly (HeaderMeaning & { readonly matches: (plain: string) => boolean })[] = [
  { field: "ignored", weight: 1, matches: isResultHeader },
  {
    field: "ignored",
    weight: 1,
    matches: headerTest({
      // The last one is a column of our own export, with the former number of a released proxy number.
      whole: "n|no|№|#|№ п п|п п|номер п п|номер строки|row|row number|line|index|proxy was for",
    }),
  },
  {
    field: "proxyNumber",
    weight: 1,
    matches: headerTest({
      whole: "номер подмены|did|did number",
      stem: "подменн|прокси|виртуальн|фейк|fake|proxy|virtual|masked",
    }),
  },
  {
    field: "countryCode",
    weight: 1,
    matches: headerTest({
      whole: "phone cc",
      stem: "ländervorwahl|landesvorwahl|intl code|int code|international code|международный код|код страны|код країни|ел коды|country code|countrycode|phone country|dial code|dialing code|dialling code|calling code|phone code",
    }),
  },
  { field: "countryCode", weight: 0.5, matches: isCountry },
  { field: "countryCode", weight: 0.4, matches: isOrigin },
  {
    field: "areaCode",
    weight: 1,
    matches: headerTest({
      whole: "area|prefix|vorwahl",
      stem: "код города|код міста|код региона тел|код оператора|тел код|телефонный код|area code|city code|std code|phone area",
    }),
  },
  {
    field: "extension",
    weight: 1,
    matches: headerTest({
      whole: [
        "(?:(?:№|номер|тел|телефон|код) )?(?:доб|добавочн\\p{L}*)(?: (?:№|#|номер|тел|телефон|телефона|код))*",
        "(?:(?:№|номер|тел|телефон) )?(?:вн|внутр|внутренн\\p{L}*)(?: (?:№|#|номер|тел|телефон))*|доп|доп №|доп номер",
        "(?:(?:phone|tel|internal|pbx) )?(?:ext|extn|xtn|extension)(?: (?:№|#|no|nr|number|code))?",
        "(?:(?:tel|telefon) )?(?:durchwahl|nebenstelle)\\p{L}*|dw|nst",
      ].join("|"),
    }),
  },
  {
    field: "callerIdPolicy",
    weight: 1,
    matches: headerTest({
      word: "аон|callerid",
      stem: "caller id|определител|показ номера|показывать номер|номер для показа",
    }),
  },
  {
    field: "pool",
    weight: 1,
    matches: headerTest({ whole: "пул|pool|пул номеров|number pool|название пула|имя пула|pool name" }),
  },
  {
    field: "ignored",
    weight: 0.9,
    matches: headerTest({
      word: "инн|кпп|огрн|огрнип|снилс|окпо|бик|рнокпп|ипн|іпн|єдрпоу|иин|бин|жсн|бсн|inn|vat|tin|ssn|iban|imei|imsi|iccid",
      stem: "паспорт|passport|расчетный счет|р с|tax |индекс|почтов|postal|zip|номер карт|карта №|card n|card №|steuern",
    }),
  },
  {
    field: "label",
    weight: 0.8,
    matches: headerTest({ stem: "заказчик|получател|отправител|recipient|receiver" }),
  },
  { field: "reference", weight: 1, matches: headerTest({ word: "ref", stem: "reference|external|внешн" }) },
  {
    field: "reference",
    weight: 0.6,
    matches: headerTest({
      word: "id|ид|код|code|uuid|guid",
      stem: "договор|заказ|лицев|табельн|артикул|order|contract|account|vertragsn|kundenn|auftrags",
    }),
  },
  {
    field: "reference",
    weight: 0.3,
    matches: headerTest({
      stem: "номер заяв|заявка|номер накл|накладная|номер чек|чек|номер счет|счет|номер билет|билет|номер полис|серийн|трек|табельн|invoice|ticket|tracking|serial|rechnungsn|bestelln|kontonummer|personaln|mitgliedsn",
    }),
  },
  {
    field: "label",
    weight: 1,
    matches: headerTest({
      word: "фио|ф и о|имя|піб|п і б|імя|аты|аты жөні|name",
      stem: "метк|назван|назва|наименован|label",
    }),
  },
  {
    field: "label",
    weight: 0.8,
    matches: headerTest({
      stem: "клиент|клієнт|сотрудник|співробітник|працівник|водител|курьер|менеджер|абонент|client|customer|driver|courier|employee|person|user",
    }),
  },
  {
    field: "label",
    weight: 0.5,
    matches: headerTest({
      stem: "коммент|комент|примечан|примітк|описан|заметк|ескерт|comment|note|description|remark|title",
    }),
  },
];

/** Headers that say that the number itself ends, and nothing else. */
const namesExpiry = headerTest({
  whole: [
    "(?:номер |телефон |number |phone |mapping )?(?:действует|действителен|действительно|активен|доступен) (?:до|по)(?: даты)?",
    "(?:срок|дата|конец|окончание|дата окончания|срок окончания) (?:действия|активности)(?: (?:до|по|номера|телефона|подмены))?",
    "дата окончания|срок окончания|окончание|срок|до|истекает|истечение|дата истечения|срок истечения|действие до|дата до",
    "(?:number |phone |mapping )?(?:expiry|expires|expiration|expires at|expires on|expire at|expire date|expiry date|expiration date|expiration time|expiry time|expired at)(?: utc)?",
    "(?:number |phone |mapping )?(?:valid|active|good) (?:until|till|to|thru|through)",
    "конец|конец срока|ablaufdatum|läuft ab|läuft ab am|end|end date|end time|ends|ends at|ends on|date to|until|gueltig bis|gültig bis",
    "(?:номер |телефон )?(?:діє|дійсний|дійсне|активний) до(?: дати)?|(?:термін|строк|дата закінчення|термін закінчення) дії|дата закінчення|термін дії до",
    "мерзімі|жарамдылық мерзімі|(?:аяқталу|жарамдылық) күні|мерзімі аяқталады",
  ].join("|"),
});

/** The meaning of a column according to its header; null if the header is unknown. */
export function meaningOfHeader(header: string): HeaderMeaning | null {
  const plain = plainHeader(header);
  if (plain === "") return null;
  const narrow = narrowMeaning(header, plain);
  if (narrow !== undefined && firm.has(narrow.field)) return narrow;
  if (namesExpiry(plain) && isOfZone(header)) return { field: "expiry", weight: 1 };
  const rank = phoneRank(header);
  // `Телефон клиента` and `order_phone` are phones, `Номер заказа` is an order.
  if (rank !== null && (narrow === undefined || isSpokenOf(plain))) {
    return { field: "realNumber", weight: 0.5 + rank / 12 };
  }
  return narrow ?? null;
}

/** `Номер (договора)` and `Phone (proxy)` mean what they would without brackets; `Phone (with area code)` is a phone. */
function narrowMeaning(header: string, plain: string): HeaderMeaning | undefined {
  const direct = rules.find(({ matches }) => matches(plain));
  const inside = plainHeader(bracketsOf(header));
  if (direct !== undefined) return isAbout(direct, plain);
  if (inside === "" || phoneRank(inside) !== null || isOfOrder(plain)) return undefined;
  const named = rules.find(({ matches }) => matches(inside));
  if (named === undefined || !fromBrackets.has(named.field)) return undefined;
  // `Phone (with area code)` has it in its numbers.
  if (firm.has(named.field) && saysWith(inside)) return undefined;
  return named.field === "countryCode" ? { ...named, weight: 0.5 } : named;
}

/** The date, sum, or state of an order is not its number. */
const isAbout = (meaning: HeaderMeaning, plain: string): HeaderMeaning | undefined =>
  meaning.field === "reference" && isOfOrder(plain) ? undefined : meaning;

const isOfOrder = headerTest({
  word: "date|time|end|start|expiry|total|sum|from|until|till",
  stem: "дата|даты|время|срок|окончан|начал|истека|действует|действит|сумма|стоимост|цена|статус|состоян|expir|valid|amount|price|status|datum|ablauf|betrag|preis",
});

const fromBrackets: ReadonlySet<string> = new Set([
  "ignored",
  "proxyNumber",
  "reference",
  "countryCode",
  "areaCode",
  "extension",
]);
const saysWith = headerTest({
  word: "with|without|incl|including|and|plus|с|со|без|и|вместе|mit|ohne|und|inkl|не|not",
});

/** Meanings that hold whatever else the header says. */
const firm: ReadonlySet<string> = new Set([
  "ignored",
  "countryCode",
  "areaCode",
  "extension",
  "callerIdPolicy",
  "pool",
  "proxyNumber",
]);

const isSpokenOf = headerTest({
  word: "тел|tel|cell|msisdn|whatsapp|моб|сот|mob|gsm",
  stem: "телефон|мобил|сотов|phone|mobile|e164|e 164|реальн|настоящ|real",
});

/** `expires_at (Europe/Moscow)` names the zone, `Действует до (паспорт)` something else. */
function isOfZone(header: string): boolean {
  const [, inside] = /\(([^()]{0,60})\)/.exec(header) ?? [];
  return inside === undefined || isTimeZone(inside) || /^[дdмmгyчhсs .:/-]{1,20}$/i.test(inside);
}
