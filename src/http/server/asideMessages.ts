import type { PoolBody, PoolBodyKind } from "../pools/bodies.ts";
import type { ProblemOptions } from "./problems.ts";

/** The start data of the thread. */
export interface AsideData {
  readonly defaultCountry: string;
}

export type AsideTask =
  | { readonly kind: "poolBody"; readonly body: PoolBodyKind; readonly bytes: ArrayBuffer }
  | { readonly kind: "apiDocument" };

/** The result of a task. */
export type FromAside =
  | { readonly kind: "poolBody"; readonly body: PoolBody }
  | { readonly kind: "apiDocument"; readonly text: string }
  | { readonly kind: "problem"; readonly problem: ProblemOptions }
  | { readonly kind: "failed"; readonly error: unknown };
