import { maskNumber } from "../../values/masking.ts";
import { may, type Viewer } from "./rights.ts";

/** Counts the real numbers that an answer shows, for the log. */
export interface ShownNumbers {
  add(count: number): void;
}

/** Decides whether a viewer sees real numbers unmasked. */
export type Sight = Pick<Viewer, "permissions"> & { readonly shown?: ShownNumbers };

/** A real number or caller's number, masked unless the viewer has access. */
export function presentNumber(number: string, viewer: Sight): string {
  if (!may(viewer, "numbers.real")) return maskNumber(number);
  viewer.shown?.add(1);
  return number;
}

/** The same for an optional number. */
export function presentNumberOrNull(number: string | null, viewer: Sight): string | null {
  return number === null ? null : presentNumber(number, viewer);
}
