import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { DatabaseAddress } from "../../store/dataSource.ts";
import type { Utf8Counts } from "../reading/utf8Counter.ts";
import type { FileDescription } from "../job/reading.ts";
import type { LiveImport, ReadingChoices } from "../job/types.ts";

/** Input of the import thread at its start. */
export interface WorkerTask {
  readonly address: DatabaseAddress;
  readonly directory: string;
  readonly defaultCountry: string;
  readonly acceptPremium?: boolean;
  readonly timeZone: string;
  readonly node: string;
  readonly debugging: boolean;
  /** As in `RunnerOptions`. */
  readonly crashes: ReadonlyMap<number, number>;
}

/** An error passed between threads, which loses its class. */
export type ToldError =
  | { readonly kind: "unreadable"; readonly code: string; readonly afterRow: number | null }
  | { readonly kind: "unfit"; readonly choice: string; readonly reason: string }
  | { readonly kind: "other"; readonly error: unknown };

export type ToWorker =
  | {
      readonly kind: "inspect";
      readonly id: number;
      readonly path: string;
      readonly choices: ReadingChoices;
      readonly utf8: Utf8Counts | undefined;
    }
  /** The client of the inspection has left. */
  | { readonly kind: "left"; readonly id: number }
  | { readonly kind: "wake" }
  | { readonly kind: "stop"; readonly importId: number }
  | { readonly kind: "told"; readonly id: number }
  | { readonly kind: "calls"; readonly inProgress: boolean }
  | { readonly kind: "close" };

export type FromWorker =
  | { readonly kind: "inspected"; readonly id: number; readonly description: FileDescription }
  | { readonly kind: "notInspected"; readonly id: number; readonly error: ToldError }
  | { readonly kind: "live"; readonly imports: readonly LiveImport[] }
  | { readonly kind: "ended"; readonly importId: number }
  /** Numbers whose mapping has changed, or is about to. The answer is `told`. */
  | {
      readonly kind: "invalidation";
      readonly id: number;
      readonly what: "prepare" | "announce";
      readonly numbers: readonly PhoneNumber[];
    }
  | {
      readonly kind: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
      readonly fields: Record<string, unknown>;
    };
