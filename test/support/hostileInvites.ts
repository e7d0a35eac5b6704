import type { Random } from "../../lab/simulated/random.ts";

interface HostileInvite {
  /** Its purpose, for the message of a failed test. */
  readonly about: string;
  /** The user part of the request URI, as it is sent. */
  readonly user: string;
  readonly headers: readonly string[];
}

const named = (poison: string): string => JSON.stringify(poison.slice(0, 40));

const pick = <Item>(random: Random, items: readonly [Item, ...Item[]]): Item =>
  items[random.from([0, items.length - 1])] ?? items[0];

/** Text that Asterisk's dialplan might interpret. */
const poisons = [
  ",5",
  ",in,79990000000,trunk-in",
  '"',
  "'",
  '",1,Dial(PJSIP/79995550100@trunk-out)',
  "${EXTEN}",
  "${SHELL(id)}",
  "$[1+1]",
  ")",
  "(",
  ")x:0:11",
  "):0:11",
  "}",
  "]",
  "[",
  "\\",
  "&PJSIP/79995550100@trunk-out",
  "*1*2",
  "|",
  "@trunk-out",
  "?x:y",
  "=1",
  "!",
  " 7",
  "\u0000",
  "\n",
  "\t",
  "%",
  "é",
  "٧",
  "++",
  "-",
  ".",
  "0".repeat(30),
  "0".repeat(1000),
] as const;

/** As an expression of the dialplan, this is the caller `a`, and a value for another variable. */
const shifting = 'a,REAL=79995550100" ~~ "" | "c';

const escaped = (text: string): string =>
  [...Buffer.from(text, "utf8")].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/** Unescaped where a SIP URI allows it: the others would only test the SIP parser. */
const inUri = (random: Random, text: string): string =>
  /^[\w.!~*'()&=+$,?/-]+$/u.test(text) && random.chance(0.5) ? text : escaped(text);

/** Something with a number in it that is not a number. A zero byte ends the number already in Asterisk's SIP stack. */
export function hostileNumber(random: Random, number: string): HostileInvite {
  const poison = pick(random, poisons).replace("\u0000", "\u0001");
  const at = pick(random, ["behind", "before", "within"] as const);
  const text = inUri(random, poison);
  const cut = random.from([1, number.length - 1]);
  const user =
    at === "behind"
      ? number + text
      : at === "before"
        ? text + number
        : number.slice(0, cut) + text + number.slice(cut);
  return { about: `${named(poison)} ${at}`, user, headers: [] };
}

/** A number that is fine, among headers that are not. */
export function hostileHeaders(random: Random, number: string): HostileInvite {
  const poison = pick(random, poisons).replace("\u0000", "\u0001").replace("\n", "\u0001");
  const caller = `7916123${String(random.from([0, 9_999])).padStart(4, "0")}`;
  const quoted = poison.replaceAll(/["\\]/gu, "\\$&");
  const header = pick(random, [
    `P-Asserted-Identity: "${quoted}" <sip:${caller}${escaped(poison)}@provider.invalid>`,
    `P-Asserted-Identity: <sip:${escaped(poison)}@provider.invalid>`,
    `P-Asserted-Identity: "${quoted}" <sip:${escaped(shifting)}@provider.invalid>`,
    `P-Asserted-Identity: "[" <sip:${escaped(shifting)}@provider.invalid>`,
    `Remote-Party-ID: "${quoted}" <sip:${caller}@provider.invalid>;privacy=${quoted};screen=yes`,
    `Privacy: ${poison}`,
    `Privacy: none\r\nPrivacy: ${poison}`,
    `X-Phone-Proxy-Hop: ${poison}`,
    `P-Called-Party-ID: <sip:${escaped(poison)}@provider.invalid>`,
    `Diversion: <sip:${caller}@provider.invalid>;reason=${quoted}`,
    `Reason: Q.850;cause=16;text="${quoted}"`,
    `User-Agent: ${poison}`,
    `Subject: ${poison}`,
    `Contact: "${quoted}" <sip:${escaped(poison)}@127.0.0.3:5099>`,
  ]);
  return {
    about: `${named(poison)} in ${header.split(":")[0] ?? ""}`,
    user: number,
    headers: [header],
  };
}
