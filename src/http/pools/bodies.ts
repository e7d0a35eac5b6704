import type { z } from "zod";
import type { NumberRange } from "../../values/numberRange.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { packed } from "../../numbers/pools/numberList.ts";
import type { PoolSettings } from "../../numbers/types.ts";
import { judged, parsedJson } from "../server/body.ts";
import { createFields } from "../server/fields.ts";
import {
  blockBody,
  maxBlocked,
  maxListed,
  maxRanges,
  newPoolBody,
  numbersBody,
  settingsOf,
  unblockBody,
} from "./fields.ts";
import { HttpProblem } from "../server/problems.ts";
import { namedErrors } from "../server/query.ts";

export type PoolBodyKind = "newPool" | "numbers" | "block" | "unblock";

/** The content of bodies with lists of phone numbers. */
export interface PoolBody {
  /** Empty for bodies without one. */
  readonly name: string;
  readonly settings: Partial<PoolSettings>;
  readonly ranges: readonly NumberRange[];
  /** As created by `packed`. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly note: string | null;
}

/** Throws a problem for an invalid body, as `BodyReader` does. */
type PoolBodyReader = (kind: PoolBodyKind, bytes: Buffer) => PoolBody;

/** Half a million numbers of up to fifteen digits with their separators. */
export const largestPoolBody = 10_000_000;

/** The list, the ranges with both their ends, and the settings. */
const bounds = { depth: 8, values: maxListed + 6 * maxRanges + 100 };

const nothing = { name: "", settings: {}, ranges: [], note: null };

export function createPoolBodyReader(defaultCountry: string): PoolBodyReader {
  const fields = createFields(defaultCountry);
  const schemas = {
    newPool: newPoolBody(fields),
    numbers: numbersBody(fields),
    block: blockBody(fields),
    unblock: unblockBody(fields),
  };

  return (kind, bytes) => {
    const value = parsedJson(bytes, bounds);
    switch (kind) {
      case "newPool": {
        const { body, list } = read(schemas.newPool, value, maxListed);
        return {
          ...nothing,
          name: body.name,
          settings: settingsOf(body),
          ranges: body.ranges,
          numbers: list,
        };
      }
      case "numbers": {
        const { body, list } = read(schemas.numbers, value, maxListed);
        return { ...nothing, ranges: body.ranges, numbers: list };
      }
      case "block": {
        const { body, list } = read(schemas.block, value, maxBlocked);
        return { ...nothing, note: body.note, numbers: list };
      }
      case "unblock":
        return { ...nothing, numbers: read(schemas.unblock, value, maxBlocked).list };
    }
  };

  function read<Schema extends z.ZodType<{ readonly numbers: readonly PhoneNumber[] }>>(
    schema: Schema,
    value: unknown,
    most: number,
  ) {
    refuseLongerThan(maxRanges, "ranges", listOf(value, "ranges"));
    const texts = listOf(value, "numbers");
    refuseLongerThan(most, "numbers", texts);
    // A schema creates an error for each invalid number, which takes more memory than all of them, so it gets only
    // the first.
    const body = judged(texts.length > 1 ? { ...Object(value), numbers: texts.slice(0, 1) } : value, schema);
    return { body, list: packed([...body.numbers, ...readRest(texts)]) };
  }

  function readRest(texts: readonly unknown[]): PhoneNumber[] {
    const read: PhoneNumber[] = [];
    const errors: { readonly field: string; readonly problem: string }[] = [];
    for (let index = 1; index < texts.length && errors.length < namedErrors; index += 1) {
      const text = texts[index];
      const number = typeof text === "string" ? fields.readNumber(text) : null;
      if (number === null) errors.push({ field: `numbers.${index}`, problem: "is not a phone number" });
      else read.push(number);
    }
    if (errors.length > 0) throw invalid(errors);
    return read;
  }
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return Array.isArray(list) ? list : [];
}

function refuseLongerThan(most: number, field: string, list: readonly unknown[]): void {
  if (list.length > most) throw invalid([{ field, problem: `has more than ${most} entries` }]);
}

const invalid = (errors: readonly { readonly field: string; readonly problem: string }[]): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "BODY_INVALID",
    detail: "The request body is invalid.",
    remedy: "Correct the parts that `errors` names.",
    members: { errors },
  });
