import { maskNumber } from "../../values/masking.ts";
import { may, type Viewer } from "./rights.ts";

/** A real number or caller's number, masked unless the viewer has access. */
export function presentNumber(number: string, viewer: Pick<Viewer, "permissions">): string {
  return may(viewer, "numbers.real") ? number : maskNumber(number);
}

/** The same for an optional number. */
export function presentNumberOrNull(
  number: string | null,
  viewer: Pick<Viewer, "permissions">,
): string | null {
  return number === null ? null : presentNumber(number, viewer);
}
