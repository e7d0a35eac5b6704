import { Partners } from "../imports/reading/partners.ts";
import type { PairRow } from "../numbers/types.ts";
import type { PairRefusal } from "./readPair.ts";

/**
 * Finds the numbers about which rows disagree: none of these rows is certainly right. Their keys are unique as text,
 * but `+7…` and `8…` are one number.
 */
export class Disputes {
  readonly #proxies = new Partners();
  readonly #reals = new Partners();

  add({ realNumber, proxyNumber }: PairRow): void {
    this.#proxies.add(realNumber, proxyNumber);
    this.#reals.add(proxyNumber, realNumber);
  }

  /** Why the pair cannot be brought in; null: all rows agree on it. */
  about({ realNumber, proxyNumber }: PairRow): PairRefusal | null {
    if (this.#proxies.hasSeveral(realNumber)) return "REAL_TWICE";
    return this.#reals.hasSeveral(proxyNumber) ? "PROXY_TWICE" : null;
  }
}
