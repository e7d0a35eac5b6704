import { isPhoneNumber } from "./phoneNumber.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/** Consecutive numbers of one length, both ends included. */
export interface NumberRange {
  readonly first: PhoneNumber;
  readonly last: PhoneNumber;
}

/** Why a range is invalid, or null. */
export function rangeProblem({ first, last }: NumberRange): string | null {
  if (!isPhoneNumber(first) || !isPhoneNumber(last)) return "an end is not an E.164 number";
  if (first.length !== last.length) return "the ends differ in length";
  return first > last ? "the first number comes after the last" : null;
}

export function rangeSize({ first, last }: NumberRange): number {
  return Number(last) - Number(first) + 1;
}

/** Ranges of different number lengths never overlap, although their values may. */
export function rangesOverlap(one: NumberRange, other: NumberRange): boolean {
  return one.first.length === other.first.length && one.first <= other.last && other.first <= one.last;
}

export function rangeHolds({ first, last }: NumberRange, number: PhoneNumber): boolean {
  return number.length === first.length && first <= number && number <= last;
}

/** The numbers that two ranges share, or null. */
export function sharedRange(one: NumberRange, other: NumberRange): NumberRange | null {
  if (!rangesOverlap(one, other)) return null;
  return {
    first: one.first > other.first ? one.first : other.first,
    last: one.last < other.last ? one.last : other.last,
  };
}

/** The rest of a range without others, in ascending order. */
export function rangeWithout(range: NumberRange, holes: readonly NumberRange[]): readonly NumberRange[] {
  const shared = holes.flatMap((hole) => sharedRange(range, hole) ?? []);
  const ordered = shared.sort((one, other) => (one.first < other.first ? -1 : 1));
  const pieces: NumberRange[] = [];
  let next = Number(range.first);
  const end = Number(range.last);
  for (const hole of ordered) {
    if (Number(hole.first) > next) pieces.push(rangeOf(next, Number(hole.first) - 1));
    next = Math.max(next, Number(hole.last) + 1);
  }
  if (next <= end) pieces.push(rangeOf(next, end));
  return pieces;
}

function rangeOf(first: number, last: number): NumberRange {
  return { first: numberOf(first), last: numberOf(last) };
}

function numberOf(value: number): PhoneNumber {
  const text = String(value);
  if (!isPhoneNumber(text)) throw new Error("A range contains an invalid number.");
  return text;
}
