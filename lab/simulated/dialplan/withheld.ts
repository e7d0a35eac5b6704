import type { SimulatedCall } from "../call.ts";

/** `WITHHELD` and its parts in `[globals]`. */
const filling =
  "(?:the|this|is|id|cli|cl|call|caller|calling|callers|callerid|party|number|num|no|name|user|by|from)*";
const words =
  "(?:anonym|anonymous|restricted|unavailable|notavailable|private|privacy|unknown|withheld|blocked|hidden|suppressed|secret|confidential|undisclosed|notdisclosed|unlisted|unpublished|nonpublished|unidentified|incognito|outofarea|nocallerid|noid|nonumber|noname|nocli|clir)";
const keys = "1?(?:266696687|7378742833|86282452253|8656696|8566696|2562533|7748283|94844353|6622553743)";
const withheld = new RegExp(
  `<(?:sips?|tel)?(?:${filling}${words})+${filling}[<@;]|<(?:sips?|tel)?${keys}[<@;]|anonymousinvalid`,
  "u",
);
/** `WITHHELD_NAME`. */
const withheldName =
  /[Сс]крыт|СКРЫТ|[Сс]крыл номер|[Аа]ноним|АНОНИМ|[Нн]еизвест|НЕИЗВЕСТ|[Нн]е определ|НЕ ОПРЕДЕЛ|[Зз]асекреч|ЗАСЕКРЕЧ|[Чч]астный номер|ЧАСТНЫЙ НОМЕР|[Пп]риватный номер|ПРИВАТНЫЙ НОМЕР|[Кк]онфиденц|КОНФИДЕНЦ/u;

/** Several headers with the same name are joined by line breaks. */
const headersOf = ({ headers }: SimulatedCall, name: string): readonly string[] =>
  headers[name]?.split("\n") ?? [];

/**
 * Whether `[read]` treats the caller's number as withheld. Callers on the simulated trunk have no name except in
 * From.
 */
export function withholds(call: SimulatedCall): boolean {
  const [from = `<sip:${call.from}@provider>`] = headersOf(call, "From");
  const asserted = headersOf(call, "P-Asserted-Identity");
  const [, user = ""] = /<sip:([^@>]*)@/u.exec(asserted[0] ?? from) ?? [];
  const others = [...asserted, ...headersOf(call, "Remote-Party-ID")]
    .join("<")
    .replaceAll(/[():,"\\>]/gu, "<");
  const parties = `${from}<${others}`;
  return (
    asserted.length > 2 ||
    `<${lettersOf(`${user}@<${parties}<`, /[^a-z0-9<@;]/gu)}`.search(withheld) >= 0 ||
    withheldName.test(parties) ||
    bySignalling(call, user || call.from)
  );
}

function bySignalling(call: SimulatedCall, user: string): boolean {
  const privacy = headersOf(call, "Privacy");
  const remote = headersOf(call, "Remote-Party-ID");
  const said = remote.map((header) => `${lettersOf(header, /[^a-z0-9=;]/gu)};`).join("");
  return (
    user === "" ||
    remote.length > 2 ||
    /privacy=(?!off;)/u.test(said) ||
    (privacy.length > 0 && privacy.join("").toLowerCase() !== "none")
  );
}

const lettersOf = (text: string, others: RegExp): string => text.toLowerCase().replaceAll(others, "");
