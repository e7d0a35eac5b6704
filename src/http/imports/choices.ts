import { z } from "zod";
import { bareForms } from "../../values/bareForms.ts";
import { isCountry } from "../../values/countries.ts";
import { importFields } from "../../imports/rows/row.ts";
import { delimiters, existingChoices, textEncodings } from "../../imports/reading/types.ts";
import type { ReadingChoices } from "../../imports/job/types.ts";
import { HttpProblem } from "../server/problems.ts";
import { checked } from "../server/query.ts";
import { parsedJson } from "../server/body.ts";

/** The user's choices of how to read a file; everything else is detected. */
export const choicesSchema = z.strictObject({
  country: z
    .string()
    .refine(isCountry, "is not a country code (ISO 3166), such as RU")
    .optional()
    .meta({ description: "ISO 3166, for numbers without a country code." }),
  bareForm: z.enum(bareForms).nullable().optional().meta({
    description:
      "How numbers without a plus sign are meant. `national`: without the national prefix, so that ten digits are a whole number; `international`: with a country code; null or absent: as complete numbers of the default country.",
  }),
  column: z.string().min(1).max(200).optional().meta({
    description: "The column of the numbers, by its header or by its number from 1.",
  }),
  existing: z.enum(existingChoices).optional().meta({
    description:
      "For numbers that already have a proxy number, if the file has other data. `update`: take label, reference, and expiry from the file; empty cells change nothing. `leave`, the default: change nothing, and report the row and what differs.",
  }),
  encoding: z.enum(textEncodings).optional(),
  delimiter: z.enum(delimiters).nullable().optional(),
  quote: z.enum(['"', "'"]).nullable().optional(),
  sheet: z.string().max(200).optional(),
  headerRow: z.number().int().min(1).nullable().optional(),
  columns: z.record(z.string().regex(/^\d{1,4}$/), z.enum([...importFields, "ignored"])).optional(),
});

/** Choices in a preview. */
export const previewSchema = choicesSchema
  .extend({
    pool: z.number().int().min(1).nullable().optional().meta({
      description: "ID of the pool for rows without one; null: the default pool; absent: unchanged.",
    }),
  })
  .meta({ id: "PreviewChoices" });

/** Without absent fields. */
export function choicesOf({
  country,
  bareForm,
  column,
  existing,
  encoding,
  delimiter,
  quote,
  sheet,
  headerRow,
  columns,
}: z.output<typeof choicesSchema>): ReadingChoices {
  return {
    ...(country !== undefined && { country }),
    ...(bareForm !== undefined && { bareForm }),
    ...(column !== undefined && { column }),
    ...(existing !== undefined && { existing }),
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
    ...(quote !== undefined && { quote }),
    ...(sheet !== undefined && { sheet }),
    ...(headerRow !== undefined && { headerRow }),
    ...(columns !== undefined && { columns }),
  };
}

/** The choices in a form field, as text. Throws a problem that names every error. */
export function readChoicesText(text: unknown): ReadingChoices {
  if (text === undefined || text === "") return {};
  let parsed: unknown = null;
  try {
    parsed = parsedJson(Buffer.from(typeof text === "string" ? text : "?"));
  } catch {
    throw new HttpProblem({
      status: 400,
      code: "CHOICES_INVALID",
      detail: "The field `choices` is not JSON.",
      remedy: 'Write it as {"delimiter": ";", "columns": {"0": "realNumber"}}.',
    });
  }
  return choicesOf(
    checked(choicesSchema, parsed, {
      code: "CHOICES_INVALID",
      detail: "The choices for reading the file are invalid.",
      place: "choice",
    }),
  );
}
