import { z } from "zod";
import type { PoolSettings } from "../../numbers/types.ts";
import { plainText, shortText } from "../server/fields.ts";
import type { Fields } from "../server/fields.ts";
import { pageAfter, pageLimit } from "../server/schemas.ts";

export const maxListed = 500_000;
export const maxRanges = 1000;
export const maxBlocked = 1000;

/** The limit of the column: 68 years. */
const maxQuarantineSeconds = 2 ** 31 - 1;

function settingsFields({ callerId }: Fields) {
  return {
    label: shortText.nullable().optional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "must be a country code of two capital letters (ISO 3166)")
      .nullable()
      .optional(),
    callerId: callerId.nullable().optional(),
    quarantineSeconds: z.number().int().min(0).max(maxQuarantineSeconds).optional(),
    enabled: z.boolean().optional(),
    isDefault: z.boolean().optional(),
    warningDays: z.number().int().min(0).max(3650).optional(),
  };
}

const numbersFields = ({ number }: Fields) => ({
  ranges: z
    .array(z.strictObject({ first: number, last: number }))
    .max(maxRanges)
    .default([]),
  numbers: z.array(number).max(maxListed).default([]),
});

const poolName = plainText(1, 100);

export const newPoolBody = (fields: Fields) =>
  z
    .strictObject({ name: poolName, ...settingsFields(fields), ...numbersFields(fields) })
    .meta({ id: "NewPool" });

export const poolPatchBody = (fields: Fields) =>
  z
    .strictObject({ name: poolName.optional(), ...settingsFields(fields) })
    .refine((patch) => Object.keys(patch).length > 0, "contains no changes")
    .meta({ id: "PoolPatch" });

export const numbersBody = (fields: Fields) =>
  z
    .strictObject(numbersFields(fields))
    .refine((values) => values.ranges.length + values.numbers.length > 0, "contains no number")
    .meta({ id: "PoolNumbers" });

export const blockBody = ({ number }: Fields) =>
  z.strictObject({
    numbers: z.array(number).min(1).max(maxBlocked),
    note: shortText.nullable().default(null),
  });

export const unblockBody = ({ number }: Fields) =>
  z.strictObject({ numbers: z.array(number).min(1).max(maxBlocked) });

export const blockedQuery = z.strictObject({ limit: pageLimit, after: pageAfter });

type SettingsValues = z.output<z.ZodObject<ReturnType<typeof settingsFields>>> & {
  readonly name?: string | undefined;
};

export function settingsOf(values: SettingsValues): Partial<PoolSettings> {
  const { name, label, country, callerId, quarantineSeconds, enabled, isDefault, warningDays } = values;
  return {
    ...(name !== undefined && { name }),
    ...(label !== undefined && { label }),
    ...(country !== undefined && { country }),
    ...(callerId !== undefined && { callerIdPolicy: callerId }),
    ...(quarantineSeconds !== undefined && { quarantineSeconds }),
    ...(enabled !== undefined && { enabled }),
    ...(isDefault !== undefined && { isDefault }),
    ...(warningDays !== undefined && { warningDays }),
  };
}
