import { z } from "zod";
// Required for named schemas in the document.
import "./answers.ts";
import type { Delimiter } from "../../imports/reading/types.ts";
import { isTimeZone } from "../../values/zonedTime.ts";

/** In responses: UTC with milliseconds. */
export const time = z.iso
  .datetime()
  .meta({ description: "ISO 8601 in UTC.", example: "2026-11-23T06:00:00.000Z" });

/** Of the expiry of a mapping. */
export const expiryMeaning =
  "A bare date lasts until the end of that day in `TIME_ZONE`. Any other expiry is a time: in responses in UTC, in requests with any offset.";

/** In responses. */
export const expiry = z.string().meta({ description: expiryMeaning, example: "2027-02-01" });

/** In requests: any offset; becomes milliseconds since the epoch. */
export const instant = z.iso
  .datetime({ offset: true, error: "must be a time such as 2026-11-23T09:00:00+03:00, or with Z for UTC" })
  .transform((text) => Date.parse(text));

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "must be a time zone such as Europe/Moscow or UTC")
  .meta({ description: "IANA name.", example: "Europe/Moscow" });

export const phone = z.string().meta({ description: "E.164 without the plus sign.", example: "79001112233" });

/** The cursor of a list: pass it as `after` for the next page. */
export const next = z
  .string()
  .nullable()
  .meta({ description: "`after` of the next page; null on the last." });

/** A number in a body, or its notation in a query. */
export const wholeNumber = (least: number, most: number) =>
  z.preprocess(
    (value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value),
    z.number().int().min(least).max(most),
  );

/** For named schemas; `nullable()` would lose the name in the document. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.null()]);

export const pageLimit = wholeNumber(1, 1000).default(100);
/** Long enough for the cursor of a list sorted by text, which is encrypted in it. */
export const pageAfter = z.string().min(1).max(2000).optional();

const delimiters = { comma: ",", semicolon: ";", tab: "\t" } as const satisfies Record<string, Delimiter>;

/** The delimiter of an export, by a name that needs no escaping in a URL. */
export const csvDelimiter = z
  .enum(["comma", "semicolon", "tab"])
  .default("comma")
  .transform((name): Delimiter => delimiters[name]);

/** In responses: a stored word, which may be of a later version. */
export const storedWord = (known: readonly string[], more = "") =>
  z.string().meta({ description: `One of ${known.join(", ")}; later versions may have more.${more}` });

/** In a query, a single value is a list of one. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(item).min(1).max(50));

/** Old and new value of a changed field. */
export const fieldChange = z
  .object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })
  .meta({ id: "FieldChange" });
