import { may } from "../../access/rules/rights.ts";
import { notAllowed } from "./problems.ts";
import { HttpProblem } from "../server/problems.ts";
import type { Sight } from "../../access/rules/present.ts";

interface NumberSearch {
  readonly number?: string | undefined;
  readonly suffix?: string | undefined;
  readonly search?: unknown;
}

/**
 * The one rule for viewers who see real numbers masked: searching for one guess after another must not reveal what
 * the mask hides. So a whole number, or an end longer than the mask shows, is compared with proxy numbers only.
 */
export function searchSight(
  viewer: Sight,
  { number, suffix, search }: NumberSearch,
): { readonly realNumbersMasked?: true } {
  if (number === undefined && suffix === undefined && search === undefined) return {};
  return may(viewer, "numbers.real") ? {} : { realNumbersMasked: true };
}

/** A refusal must not reveal them either: it would confirm that another mapping has the number. */
export function judgeGuess(viewer: Sight): void {
  if (!may(viewer, "numbers.real")) throw notAllowed("numbers.real");
}

/** The order of a list must not reveal them either: an unknown number between two known ones would. */
export function judgeOrder(viewer: Sight, sort: string): void {
  if (!/^-?realNumber$/.test(sort) || may(viewer, "numbers.real")) return;
  throw new HttpProblem({
    status: 403,
    code: "ORDER_NOT_ALLOWED",
    detail: "Real numbers are masked for you, so lists cannot be sorted by them.",
    remedy: "Sort by another column, such as `proxyNumber`.",
    members: { permission: "numbers.real" },
  });
}
