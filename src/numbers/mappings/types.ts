import type { Actor } from "../../access/rules/rights.ts";
import type { MappingState } from "../../values/mapping.ts";
import type { MappingPatch } from "./rules/patch.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { MappingDetails, MappingPage } from "../types.ts";

/** Which mappings; what is absent does not matter, and nothing at all means every mapping. */
export interface MappingFilter {
  /** The real number, the proxy number, or the real number before the release. */
  readonly number?: PhoneNumber;
  /** Last digits of either number; `minSuffixDigits` at least. */
  readonly suffix?: string;
  /** `number` and `suffix` find by a real number only as far as a masked one shows it: by its last four digits. */
  readonly realNumbersMasked?: true;
  /** Beginning of the label. Upper and lower case are the same. */
  readonly label?: string;
  /** Beginning of the reference, in the same way. */
  readonly reference?: string;
  readonly poolId?: number;
  readonly state?: MappingState;
  readonly importId?: number;
  /** Exactly these, as far as they are there: one at least, and a thousand at most. */
  readonly ids?: readonly number[];
}

export const maxIds = 1000;

export const minSuffixDigits = 3;

export const mappingSorts = ["created", "realNumber", "proxyNumber", "label", "expiresAt"] as const;
export type MappingSort = (typeof mappingSorts)[number];

export interface MappingQuery {
  readonly filter?: MappingFilter;
  /** What has no value for it comes last, whichever way it goes. */
  readonly sort?: MappingSort;
  /** From the largest to the smallest, or the newest to the oldest. */
  readonly descending?: boolean;
  /** `next` of the page before. */
  readonly after?: string | null;
  /** 1 to 1000. */
  readonly limit: number;
}

/** `exact` false: there are at least so many. */
export interface MappingCount {
  readonly value: number;
  readonly exact: boolean;
}

/** What an export has of a mapping: of a million of them, every column counts. */
export type ExportedMapping = Pick<
  MappingDetails,
  | "id"
  | "proxyNumber"
  | "realNumber"
  | "state"
  | "label"
  | "reference"
  | "expiresAtMs"
  | "createdAtMs"
  | "poolName"
  | "callerIdPolicy"
>;

/** Lists of mappings. All reject with `StoreAwayError` while the database is away. */
export interface MappingSearch {
  /**
   * Keyset paging: mappings that come or go meanwhile neither repeat nor hide others. Rejects with
   * `BadCursorError` for an `after` that no page of this order has named.
   */
  page(query: MappingQuery): Promise<MappingPage>;
  /** From kept counts where the filter is nothing but pool and state, else counted up to a bound. */
  count(filter: MappingFilter): Promise<MappingCount>;
  /** Counted to the end, however long it takes. */
  countAll(filter: MappingFilter): Promise<number>;
  /** The whole filter, oldest first, in chunks, in bounded memory. */
  stream(filter: MappingFilter, chunkSize?: number): AsyncIterable<readonly ExportedMapping[]>;
  find(id: number): Promise<MappingDetails | null>;
}

export type BulkAction =
  | { readonly kind: "change"; readonly patch: MappingPatch }
  | { readonly kind: "release" };

interface BulkResult {
  readonly changed: number;
  /** They were so already, or are released. */
  readonly unchanged: number;
  /** Where to go on from when the time was up; null: all done. */
  readonly next: string | null;
}

/** Changes of mappings. Whatever resolves is committed, and every instance told. */
export interface MappingEditor {
  /**
   * Rejects with `MappingUnknownError`, `MappingReleasedError`, and for a new real number with
   * `RealNumberTakenError` or `RealNumberIsProxyError`.
   */
  update(id: number, patch: MappingPatch & { readonly realNumber?: PhoneNumber }): Promise<MappingDetails>;
  /** Gives the proxy number up: it rests, then others may get it. Rejects as `update`. */
  release(id: number): Promise<MappingDetails>;
  /**
   * In batches of one transaction each, until everything is done or `forMs` have passed. The histories of the
   * mappings name `by`; without it they say that nobody is known.
   */
  bulk(
    filter: MappingFilter,
    action: BulkAction,
    options?: { readonly by?: Actor; readonly after?: string | null; readonly forMs?: number },
  ): Promise<BulkResult>;
}
