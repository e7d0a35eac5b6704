import type { PoolBody, PoolBodyKind } from "../pools/bodies.ts";
import type { ProblemOptions } from "./problems.ts";

/** What the thread is given at its start. */
export interface AsideData {
  readonly defaultCountry: string;
}

export type AsideTask =
  | { readonly kind: "poolBody"; readonly body: PoolBodyKind; readonly bytes: ArrayBuffer }
  | { readonly kind: "apiDocument" };

/** The answer to the task before it. */
export type FromAside =
  | { readonly kind: "poolBody"; readonly body: PoolBody }
  | { readonly kind: "apiDocument"; readonly text: string }
  | { readonly kind: "problem"; readonly problem: ProblemOptions }
  | { readonly kind: "failed"; readonly error: unknown };
