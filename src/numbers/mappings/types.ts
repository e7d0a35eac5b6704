import type { Actor } from "../../access/rules/rights.ts";
import type { MappingState } from "../../values/mapping.ts";
import type { UndoStep } from "./rules/before.ts";
import type { BulkAction, MappingPatch } from "./rules/patch.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { MappingDetails, MappingPage } from "../types.ts";

/** Any of these. */
export interface TextSearch {
  readonly text: string;
  /** The same as a number may be stored, if it can be a part of one: each is only digits. */
  readonly digits: readonly string[];
}

/** Selects mappings; absent fields do not matter, and an empty filter selects all. */
export interface MappingFilter {
  /** The real number, the proxy number, or the real number before the release. */
  readonly number?: PhoneNumber;
  /** Last digits of either number; `minSuffixDigits` at least. */
  readonly suffix?: string;
  /** Anywhere in the label, the reference, or either number, not case-sensitive. */
  readonly search?: TextSearch;
  /** `number`, `suffix`, and the digits of `search` match real numbers only by the digits that a masked number shows: the last four. */
  readonly realNumbersMasked?: true;
  /** Prefix of the label, not case-sensitive. */
  readonly label?: string;
  /** Prefix of the reference, not case-sensitive. */
  readonly reference?: string;
  readonly poolId?: number;
  readonly state?: MappingState;
  readonly importId?: number;
  /** Exactly these IDs, if they exist: 1 to 1000. */
  readonly ids?: readonly number[];
}

export const maxIds = 1000;

export const minSuffixDigits = 3;

export const mappingSorts = ["created", "realNumber", "proxyNumber", "label", "expiresAt"] as const;
export type MappingSort = (typeof mappingSorts)[number];

export interface MappingQuery {
  readonly filter?: MappingFilter;
  /** Mappings without a value come last, in either order. */
  readonly sort?: MappingSort;
  /** Largest to smallest, or newest to oldest. */
  readonly descending?: boolean;
  /** `next` of the previous page. */
  readonly after?: string | null;
  /** 1 to 1000. */
  readonly limit: number;
}

/** `exact` false: at least this many. */
interface MappingCount {
  readonly value: number;
  readonly exact: boolean;
}

/** The exported fields of a mapping: for a million of them, every column counts. */
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

/** The mapping's part of a row in a list of calls. */
interface ProxyOwner {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  readonly label: string | null;
  readonly reference: string | null;
  /** Calls before this time were to another mapping of the number. */
  readonly createdAtMs: number;
}

/** How calls are matched with the mappings of a search. */
interface SearchedParty {
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber;
  /** Calls before this time were to another mapping of the number. */
  readonly createdAtMs: number;
}

/** Lists of mappings. All reject with `StoreAwayError` while the database is away. */
export interface MappingSearch {
  /**
   * Keyset paging: mappings added or removed meanwhile neither repeat nor hide others. Rejects with
   * `BadCursorError` for an `after` of another list.
   */
  page(query: MappingQuery): Promise<MappingPage>;
  /** From maintained counts if the filter has only pool and state, otherwise counted up to a limit. */
  count(filter: MappingFilter): Promise<MappingCount>;
  /** Counted completely, however long it takes. */
  countAll(filter: MappingFilter): Promise<number>;
  /** The whole filter, oldest first, in chunks, in bounded memory. */
  stream(filter: MappingFilter, chunkSize?: number): AsyncIterable<readonly ExportedMapping[]>;
  find(id: number): Promise<MappingDetails | null>;
  /** The newest mappings of a search, at most `limit`; `complete` false: there are more. */
  parties(
    filter: Pick<MappingFilter, "search" | "realNumbersMasked">,
    limit: number,
  ): Promise<{ readonly parties: readonly SearchedParty[]; readonly complete: boolean }>;
  /** The mappings of these proxy numbers, released ones included, in no order. */
  owners(proxyNumbers: readonly PhoneNumber[]): Promise<readonly ProxyOwner[]>;
}

interface BulkResult {
  readonly changed: number;
  /** Already in this state, or released. */
  readonly unchanged: number;
  /** Where to continue after the time limit, or after many undo steps; null: all done. */
  readonly next: string | null;
  /** Empty unless asked for. */
  readonly before: readonly UndoStep[];
}

/** The last change that an editor has seen; a change since then rejects with `MappingChangedError`. */
interface SeenChange {
  readonly seenUpdatedAtMs?: number | null;
}

/** Changes of mappings. Once resolved, the change is committed and announced to all instances. */
export interface MappingEditor {
  /**
   * Rejects with `MappingUnknownError`, `MappingReleasedError`, and for a new real number with
   * `RealNumberTakenError` or `RealNumberIsProxyError`.
   */
  update(
    id: number,
    patch: MappingPatch & { readonly realNumber?: PhoneNumber },
    seen?: SeenChange,
  ): Promise<MappingDetails>;
  /** Releases the proxy number: it goes into quarantine before it is allocated again. Rejects like `update`. */
  release(id: number, seen?: SeenChange): Promise<MappingDetails>;
  /**
   * Gives a released mapping back to its real number while its proxy number is in quarantine. Rejects with
   * `NotRestorableError`, or because of its real number like `update`.
   */
  restore(id: number): Promise<MappingDetails>;
  /**
   * In batches of one transaction each, until everything is done, `forMs` have passed, or the undo has
   * `mostSteps`. The histories of the
   * mappings name `by`, or an unknown actor without it.
   */
  bulk(
    filter: MappingFilter,
    action: BulkAction,
    options?: {
      readonly by?: Actor;
      readonly after?: string | null;
      readonly forMs?: number;
      readonly keepBefore?: boolean;
      /** Of the undo: stops soon after so many. */
      readonly mostSteps?: number;
    },
  ): Promise<BulkResult>;
  /**
   * Gives mappings of a bulk change their former values, or their real numbers back, in batches of one transaction
   * each. Mappings that have changed since, or cannot be restored, stay as they are and count as unchanged.
   */
  undo(
    steps: readonly UndoStep[],
    by: Actor,
  ): Promise<{ readonly changed: number; readonly unchanged: number }>;
}
