import { z } from "zod";
import { readExpiryText } from "../../values/expiryText.ts";
import { importText } from "../../imports/texts/importText.ts";
import { isPlainText } from "../../imports/rows/textCell.ts";
import { readCallerIdPolicy } from "../../imports/rows/callerIdCell.ts";
import type { TextSearch } from "../../numbers/mappings/types.ts";
import { countryPlan } from "../../values/countryPlan.ts";
import { searchedDigits } from "../../values/searchedDigits.ts";
import type { CallerIdPolicy } from "../../values/mapping.ts";
import { parseDialled, parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { tidyText } from "../../values/tidyText.ts";
import { expiryMeaning } from "./schemas.ts";

const { message: whyPremium, remedy: insteadOfPremium } = importText("PREMIUM_NUMBER", "en");
const premium = `is not accepted (PREMIUM_NUMBER). ${whyPremium} ${insteadOfPremium}`;

/** Fields that several routes share. */
export function createFields(defaultCountry: string, { acceptPremium = false, timeZone = "UTC" } = {}) {
  /** Any notation. Numbers outside the numbering plans are accepted, because the trunk may know better. */
  function readNumber(text: string): PhoneNumber | null {
    const parsed = parsePhoneNumber(text, { defaultCountry, acceptUnassigned: true, acceptPremium: true });
    return parsed.ok ? parsed.number : parseDialled(text, { defaultCountry });
  }

  return {
    readNumber,

    number: z.string().transform((text, context): PhoneNumber => {
      const number = readNumber(text);
      if (number !== null) return number;
      context.addIssue({ code: "custom", message: "is not a phone number" });
      return z.NEVER;
    }),

    /** Looked for anywhere in labels, references, and numbers. */
    search: z
      .string()
      .transform(tidyText)
      .pipe(z.string().min(1, "is empty").max(200, "is longer than 200 characters"))
      .transform((text): TextSearch => ({ text, digits: searchedDigits(text, countryPlan(defaultCountry)) }))
      .meta({ description: "Anywhere in the label, the reference, or a number, in any notation." }),

    /** It will be called, so it must be valid, as in an upload. */
    realNumber: z.string().transform((text, context): PhoneNumber => {
      const parsed = parsePhoneNumber(text, { defaultCountry, acceptPremium });
      if (parsed.ok) return parsed.number;
      context.addIssue({
        code: "custom",
        message: parsed.code === "PREMIUM_NUMBER" ? premium : `is not a valid phone number (${parsed.code})`,
      });
      return z.NEVER;
    }),

    /** A bare date lasts until its end. */
    expiry: z
      .union([z.iso.date(), z.iso.datetime({ offset: true })], {
        error: "must be a date such as 2027-02-01, or a time such as 2027-02-01T18:00:00+03:00",
      })
      .meta({ description: expiryMeaning, example: "2027-02-01" })
      .transform((text) => readExpiryText(text, timeZone)),

    callerId: z.string().transform((text, context): CallerIdPolicy => {
      const policy = readCallerIdPolicy(text.trim(), { defaultCountry });
      if (policy !== null) return policy;
      context.addIssue({
        code: "custom",
        message: "must be `proxy`, `dialled`, `caller`, `anonymous`, or `fixed:` with a number",
      });
      return z.NEVER;
    }),
  };
}

export type Fields = ReturnType<typeof createFields>;

/**
 * The ID of a row in a path, in one notation: the audit log has it as it was sent, so `1.0` or `0x1` would hide what was
 * done from those who look for `1`.
 */
export const rowId = z
  .string()
  .transform((text) => (/^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN))
  .pipe(
    z
      .number()
      .int()
      .min(1)
      .max(2 ** 31 - 1),
  );

/** A text of one line, as people name things. */
export const plainText = (least: number, most: number) =>
  z
    .string()
    .trim()
    .refine(isPlainText, "contains a line break or another control character")
    .overwrite(tidyText)
    .min(least)
    .max(most);

export const shortText = plainText(1, 200);
