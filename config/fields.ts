import { isIP } from "node:net";
import { z } from "zod";
import type { CallerIdPolicy } from "../src/values/mapping.ts";
import { mistakeInServerUrl, schemeOf, serverNameOf } from "../src/store/serverUrl.ts";
import type { NumberRange } from "../src/values/numberRange.ts";
import { isTimeZone } from "../src/values/zonedTime.ts";
import { isPhoneNumber } from "../src/values/phoneNumber.ts";
import type { PhoneNumber } from "../src/values/phoneNumber.ts";

/** The types of value a setting can have. Each parses the text of one environment variable. */

export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, "is not a whole number")
    .transform(Number)
    .pipe(z.number().min(min, `is below ${min}`).max(max, `is above ${max}`));
}

export function secondsAsMs(min: number, max: number) {
  return wholeNumber(min, max).transform((seconds) => seconds * 1000);
}

export const yesOrNo = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["true", "false", "yes", "no", "1", "0"], "must be true or false"))
  .transform((text) => text === "true" || text === "yes" || text === "1");

export function oneOf<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  return z.enum(choices, "is not one of the choices");
}

/** An IANA name. */
export const timeZone = z.string().refine(isTimeZone, "is not a time zone");

export const plainText = z.string().min(1, "is empty").max(255, "is longer than 255 characters");

export function urlOf(...schemes: readonly string[]) {
  return z.string().refine(
    (text) => {
      if (!URL.canParse(text)) return false;
      const { protocol, hostname } = new URL(text);
      return schemes.includes(protocol.slice(0, -1)) && hostname !== "";
    },
    { error: `is not a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}` },
  );
}

const splitUrls = (text: string): readonly string[] => text.split(/\s+/).filter((url) => url !== "");

const withoutMistake = (mistakeIn: (text: string) => string | null) =>
  z.string().superRefine((text, context) => {
    const message = mistakeIn(text);
    if (message !== null) context.addIssue({ code: "custom", message, continue: false });
  });

export const mysqlUrl = withoutMistake((text) => mistakeInServerUrl(text, "mysql"));

/** Several, separated by spaces. A password has none: it is written %20. */
export const mysqlUrls = withoutMistake((text) => {
  const urls = splitUrls(text);
  const mistakes = urls.map((url) => mistakeInServerUrl(url, "mysql"));
  const first = mistakes.findIndex((mistake) => mistake !== null);
  if (first !== -1) return `item ${first + 1} ${mistakes[first]}`;
  const places = urls.map((url) => serverNameOf(url));
  return new Set(places).size < places.length ? "names the same server twice" : null;
}).transform(splitUrls);

export const redisUrl = withoutMistake((text) => mistakeInServerUrl(text, "redis"));

/** A MySQL URL or the path of a SQLite file. A scheme of one letter is a Windows drive. */
export const databaseUrl = withoutMistake((text) => {
  const scheme = schemeOf(text);
  if (scheme === null) return mistakeInPath(text);
  return scheme === "mysql"
    ? mistakeInServerUrl(text, "mysql")
    : `has the unknown scheme ${scheme}; use mysql:// or a path alone, such as ./${scheme}`;
});

/** The mistake in a path that SQLite would accept, or null. Never quotes the path: it may contain a password. */
function mistakeInPath(path: string): string | null {
  if (/^:memory:/i.test(path)) return "is not a file: all data would be lost at every restart";
  if (/:.*@/.test(path) || path.startsWith("//"))
    return "is neither a path nor a URL that starts with mysql://";
  if (path.includes("?")) return "has parameters after ?, which a SQLite file cannot have";
  return path.endsWith("/") ? "names a folder; add the name of a file" : null;
}

/** A phone number in a settings file: with its country code; `+` and separators are allowed. */
const internationalNumber = z.string().transform((text, context): PhoneNumber => {
  const digits = text.replace(/^\+/, "").replace(/[ ().-]/g, "");
  if (!isPhoneNumber(digits)) {
    context.addIssue({ code: "custom", message: "is not a phone number with its country code" });
    return z.NEVER;
  }
  return digits;
});

export const callerIdPolicy = z.string().transform((text, context): CallerIdPolicy => {
  if (text === "proxy" || text === "dialled" || text === "caller" || text === "anonymous")
    return { kind: text };
  const fixed = /^fixed:(.+)$/.exec(text)?.[1];
  const number = fixed === undefined ? undefined : internationalNumber.safeParse(fixed.trim()).data;
  if (number === undefined) {
    context.addIssue({ code: "custom", message: "is not a caller ID policy" });
    return z.NEVER;
  }
  return { kind: "fixed", number };
});

/** `70001000000-70001999999,70005550000-70005559999`; a single number is a range of its own. */
export const numberRanges = z.string().transform((text, context): readonly NumberRange[] => {
  const ranges: NumberRange[] = [];
  if (text === "") return ranges;
  for (const [index, item] of text.split(",").entries()) {
    const ends = item.split("-").map((end) => internationalNumber.safeParse(end.trim()).data);
    const first = ends[0];
    const last = ends.length === 1 ? first : ends[1];
    if (ends.length > 2 || first === undefined || last === undefined) {
      context.addIssue({ code: "custom", message: `item ${index + 1} is not FIRST-LAST` });
    } else if (first.length !== last.length || first > last) {
      context.addIssue({
        code: "custom",
        message: `item ${index + 1} does not go from a lower to a higher number of the same length`,
      });
    } else {
      ranges.push({ first, last });
    }
  }
  return ranges;
});

/** Addresses or networks, e.g. `127.0.0.1,10.0.0.0/8,fd00::/8`. */
export const networks = z.string().transform((text, context): readonly string[] => {
  if (text === "") return [];
  const items = text.split(",").map((item) => item.trim());
  for (const [index, item] of items.entries()) {
    const [address = "", prefix, ...rest] = item.split("/");
    const family = isIP(address);
    const prefixFits =
      prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
    if (family === 0 || !prefixFits || rest.length > 0) {
      context.addIssue({ code: "custom", message: `item ${index + 1} is not an IP address or network` });
    }
  }
  return items;
});

/** Digits and signs that a provider wants before a number, e.g. `+`. */
export const numberPrefix = z.string().regex(/^[+\d*#]{0,16}$/, "is not a prefix");

/** The name of a PJSIP endpoint. */
export const endpointName = z.string().regex(/^[\w.-]{1,64}$/, "is not an endpoint name");

/** Final SIP responses, e.g. `402,407`; empty for none. */
export const sipCodes = z
  .string()
  .regex(/^(?:[3-6]\d\d(?:,\s*[3-6]\d\d)*)?$/, "is not a list of SIP codes from 300 to 699")
  .transform((text): readonly number[] => (text === "" ? [] : text.split(",").map(Number)));

/** A JSON text whose content `content` checks. */
export function json<Content extends z.ZodType>(content: Content) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "is not valid JSON" });
        return z.NEVER;
      }
    })
    .pipe(content);
}

/** A list of things with different names. In the dialplan, case makes no difference. */
export const named = <Item extends { readonly name: string }>(item: z.ZodType<Item>, most: number) =>
  z
    .array(item)
    .min(1, "is an empty list")
    .max(most, `has more than ${most} items`)
    .refine(
      (list) => new Set(list.map(({ name }) => name.toLowerCase())).size === list.length,
      "contains the same name twice (case makes no difference)",
    );
