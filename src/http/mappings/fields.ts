import { z } from "zod";
import type { MappingPatch } from "../../numbers/mappings/rules/patch.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { mappingSorts, maxIds, minSuffixDigits } from "../../numbers/mappings/types.ts";
import type { MappingFilter, MappingSort } from "../../numbers/mappings/types.ts";
import { judgeOrder, searchSight } from "../access/numberSearch.ts";
import { shortText } from "../server/fields.ts";
import type { Fields } from "../server/fields.ts";
import { csvDelimiter, instant, pageAfter, pageLimit, wholeNumber } from "../server/schemas.ts";
import type { Sight } from "../../access/rules/present.ts";

const largestId = 2 ** 31 - 1;
const rowId = wholeNumber(1, largestId);

/** Filters are the same in queries and bodies. */
function filterFields({ number, search }: Fields) {
  return {
    search: search.optional(),
    number: number.optional(),
    suffix: z
      .string()
      .transform((text) => text.replaceAll(/[\s().-]/g, ""))
      .pipe(
        z
          .string()
          .regex(new RegExp(`^\\d{${minSuffixDigits},15}$`), `must be ${minSuffixDigits} to 15 digits`),
      )
      .optional(),
    label: shortText.optional(),
    reference: shortText.optional(),
    pool: rowId.optional(),
    state: z.enum(["active", "disabled", "expired", "quarantined"]).optional(),
    import: rowId.optional(),
  };
}

export type FilterValues = z.output<z.ZodObject<ReturnType<typeof filterFields>>>;

export function filterOf(values: FilterValues, viewer: Sight): MappingFilter {
  const { search, number, suffix, label, reference, pool, state } = values;
  return {
    ...searchSight(viewer, values),
    ...(search !== undefined && { search }),
    ...(number !== undefined && { number }),
    ...(suffix !== undefined && { suffix }),
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
    ...(pool !== undefined && { poolId: pool }),
    ...(state !== undefined && { state }),
    ...(values.import !== undefined && { importId: values.import }),
  };
}

/** A minus sign reverses the order. */
const sortPattern = new RegExp(`^-?(?:${mappingSorts.join("|")})$`);

const pageFields = {
  sort: z
    .string()
    .regex(sortPattern, `must be one of ${mappingSorts.join(", ")}, with or without a minus sign`)
    .default("-created"),
  limit: pageLimit,
  after: pageAfter,
};

export function sortOf(
  text: string,
  viewer: Sight,
): { readonly sort: MappingSort; readonly descending: boolean } {
  judgeOrder(viewer, text);
  const name = text.replace(/^-/, "");
  const sort = mappingSorts.find((one) => one === name);
  if (sort === undefined) throw new Error("Unvalidated sort key");
  return { sort, descending: text.startsWith("-") };
}

/** The fields that a bulk change can set. */
function patchFields({ callerId, expiry }: Fields) {
  return {
    state: z.enum(["active", "disabled"]).optional(),
    expiresAt: z.union([z.literal("now"), expiry, z.null()]).optional(),
    label: shortText.nullable().optional(),
    reference: shortText.nullable().optional(),
    callerId: callerId.nullable().optional(),
  };
}

type PatchValues = z.output<z.ZodObject<ReturnType<typeof patchFields>>> & {
  readonly realNumber?: PhoneNumber | undefined;
};

export function patchOf(
  { state, expiresAt, label, reference, callerId, realNumber }: PatchValues,
  nowMs: number,
): MappingPatch & { readonly realNumber?: PhoneNumber } {
  return {
    ...(state !== undefined && { state }),
    ...(expiresAt !== undefined && {
      expiresAtMs: expiresAt === "now" ? nowMs : expiresAt,
    }),
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
    ...(callerId !== undefined && { callerIdPolicy: callerId }),
    ...(realNumber !== undefined && { realNumber }),
  };
}

export const filterQuery = (fields: Fields) => z.strictObject(filterFields(fields));

export const pageQuery = (fields: Fields) =>
  z.strictObject({ ...filterFields(fields), ...pageFields }).meta({ id: "MappingQuery" });

export const csvQuery = (fields: Fields) =>
  z.strictObject({ ...filterFields(fields), delimiter: csvDelimiter });

export const patchBody = (fields: Fields) =>
  z
    .strictObject({ ...patchFields(fields), realNumber: fields.realNumber.optional() })
    .refine((patch) => Object.keys(patch).length > 0, "contains no changes")
    .meta({ id: "MappingPatch" });

export const newMappingBody = (fields: Fields) => {
  const { label, reference, callerId, expiresAt: _expiresAt } = patchFields(fields);
  return z
    .strictObject({
      realNumber: fields.realNumber,
      pool: rowId
        .optional()
        .meta({ description: "Takes a free number from this pool; by default from the default pool." }),
      proxyNumber: fields.number
        .optional()
        .meta({ description: "This specific number: from a pool, free, neither quarantined nor blocked." }),
      expiresAt: fields.expiry.nullable().optional(),
      label,
      reference,
      callerId,
    })
    .refine(({ pool, proxyNumber }) => pool === undefined || proxyNumber === undefined, {
      path: ["pool"],
      message: "cannot be combined with `proxyNumber`, which is in a pool already",
    })
    .meta({ id: "NewMapping" });
};

export const renumberBody = ({ number }: Fields) =>
  z
    .strictObject({
      pool: rowId.optional().meta({ description: "By default the pool of the current proxy number." }),
      proxyNumber: number.optional().meta({ description: "This specific number, as for a new mapping." }),
    })
    .refine(({ pool, proxyNumber }) => pool === undefined || proxyNumber === undefined, {
      path: ["pool"],
      message: "cannot be combined with `proxyNumber`, which is in a pool already",
    })
    .meta({ id: "Renumbering" });

const undoStep = ({ callerId, expiry }: Fields) =>
  z
    .strictObject({
      ids: z.array(z.int().min(1).max(largestId)).min(1).max(maxIds),
      change: z
        .strictObject({
          state: z.enum(["active", "disabled"]).optional(),
          expiresAt: expiry.nullable().optional(),
          label: shortText.nullable().optional(),
          reference: shortText.nullable().optional(),
          callerId: callerId.nullable().optional(),
        })
        .optional()
        .meta({ description: "The values before the change." }),
      restore: z.literal(true).optional().meta({ description: "Undoes releases where possible." }),
      changedAt: instant.meta({ description: "Mappings that have changed since then stay as they are." }),
    })
    .refine(({ change, restore }) => (change === undefined) !== (restore === undefined), {
      message: "must contain either `change` or `restore`",
    })
    .meta({ id: "UndoStep" });

export const undoBody = (fields: Fields) =>
  z
    .strictObject({ steps: z.array(undoStep(fields)).min(1).max(maxIds) })
    .refine(({ steps }) => steps.reduce((sum, { ids }) => sum + ids.length, 0) <= maxIds, {
      path: ["steps"],
      message: `have more than ${maxIds} IDs; use several requests`,
    })
    .meta({ id: "BulkUndo" });

export const bulkBody = (fields: Fields) =>
  z
    .strictObject({
      filter: filterQuery(fields).default({}),
      ids: z
        .array(z.int().min(1).max(largestId))
        .min(1, "is empty")
        .max(maxIds, `has more than ${maxIds} entries; use several requests`)
        .optional()
        .meta({ description: "Exactly these mappings, instead of a filter." }),
      all: z.boolean().default(false).meta({ description: "Confirms that an empty filter is intended." }),
      change: z.strictObject(patchFields(fields)).optional(),
      release: z.literal(true).optional(),
      dryRun: z.boolean().default(false),
      expected: z
        .number()
        .int()
        .min(0)
        .optional()
        .meta({ description: "The count of the preview; a different one is rejected." }),
      after: pageAfter,
      undoable: z
        .boolean()
        .default(false)
        .meta({ description: "Requests `undo`, which `POST /mappings/bulk/undo` accepts." }),
    })
    .refine(
      ({ ids, filter, all, after }) =>
        ids === undefined || (!all && after === undefined && Object.keys(filter).length === 0),
      { path: ["ids"], message: "cannot be combined with `filter`, `all`, or `after`" },
    )
    .refine(({ ids, filter, all }) => ids !== undefined || all || Object.keys(filter).length > 0, {
      path: ["filter"],
      message: "is empty; use `all: true` to select every mapping",
    })
    .refine(({ change, release, dryRun }) => dryRun || (change === undefined) !== (release === undefined), {
      message: "must contain either `change` or `release`",
    })
    .meta({ id: "MappingBulk" });
