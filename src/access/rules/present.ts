import { maskNumber } from "../../values/masking.ts";
import { may, type Viewer } from "./rights.ts";

/** A real number, or a caller's, as this viewer may see it. */
export function presentNumber(number: string, viewer: Pick<Viewer, "permissions">): string {
  return may(viewer, "numbers.real") ? number : maskNumber(number);
}

/** The same of a number that may not be there. */
export function presentNumberOrNull(
  number: string | null,
  viewer: Pick<Viewer, "permissions">,
): string | null {
  return number === null ? null : presentNumber(number, viewer);
}
