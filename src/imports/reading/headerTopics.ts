/** What else headers speak of, in lower case and without punctuation as `plainHeader` has them. */
import { headerTest } from "./headerWords.ts";

/** Documents, which have their expiry dates beside them. */
export const isOfDocument = headerTest({
  stem: "паспорт|полис|осаго|каско|виза|удостоверен|лиценз|карт|справк|медкниж|страхов|доверен|свидетельств|сертифик|пропуск|патент|посвідчен|ліценз|довідк|страхув|довірен|свідоцтв|перепустк|куәлік|passport|insurance|licen|visa|card|certificate|permit|ausweis|führerschein|versicherung",
});

/** Its end is that of a contract, which may have had other numbers. */
export const isOfContract = headerTest({
  stem: "договор|договір|контракт|соглашен|угод|шарт|contract|agreement|vertrag",
});

/** The number itself ends. */
export const speaksOfNumber = headerTest({
  word: "тел",
  stem: "номер|нөмір|телефон|подмен|number|phone|mapping|nummer|rufnummer|telefon",
});

/** Names an end or validity, but not necessarily the number's. */
export const speaksOfEnd = headerTest({
  word: "до|по|дейін|until|till|to|thru|end|ends|exp|bis|ende|enddatum",
  stem: "действу|действит|дійсн|діє|термін|строк|закінч|жарамд|мерзім|аяқта|годен|активен|срок|истека|истеч|окончан|заверш|закрыт|отключ|деактив|прекращ|expir|valid|gültig|ablauf|läuft|befrist|deactiv|terminat|closing|vertragsende|kündig|deaktiv|abschalt",
});

/** Dates of something that was or will be done, and none until which a number is good. */
export const speaksOfOtherDate = headerTest({
  word: "с|from|since|start|start date|with|dob|туған|др|timestamp|отметка времени|zeitstempel|termin",
  stem: "прием|принят|найм|обращ|поступл|отправ|встреч|запис|hire|hiring|joined|appoint|sent|eintritt|kaufdatum|рожд|народж|birth|geburt|созда|створ|creat|erstell|добавл|added|обновл|оновл|измен|змін|updat|modif|geändert|регистр|реєстр|regist|начал|почат|басталу|begin|beginn|старт|start|заключ|подпис|sign|заказ|замовл|order|bestell|оплат|платеж|paid|payment|zahlung|достав|deliver|liefer|визит|visit|звон|дзвін|call|комент|коммент|comment|последн|останн|last|first|перв|вход|login|seen|покупк|purchase|выдан|выдач|видан|issue|отгруз|приезд|прибыт|заезд|arriv|импорт|import|экспорт|export",
});

/** Sums, counts, and codes of goods, whose digits are no phone numbers. */
export const speaksOfAmounts = headerTest({
  word: "ean|gtin|upc|sku|qty|unix|ts|сума|цена|цены|ціна|ціни|count|sum|cost|debt|total",
  stem: "сумм|стоим|баланс|остат|задолж|долг|оборот|тариф|количеств|кол во|штрих|артикул|время|amount|price|balance|quantity|barcode|time|epoch|betrag|preis|saldo|menge|anzahl|zeit|кіріс|баға|вартіст|залишок|кількіст",
});
