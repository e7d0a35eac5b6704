import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import type { DemoCaller } from "./scenarios.ts";

export interface DemoCall {
  readonly from: string;
  /** The dialled number. */
  readonly to: string;
  readonly caller: DemoCaller;
  /** The number to hide from the caller; null if the dialled number is unknown. */
  readonly realNumber: string | null;
}

/** What both ends observed of a call. */
export interface SeenCall {
  /** Final SIP code received by the caller; null if there was none. */
  readonly sip: number | null;
  readonly calledNumbers: readonly string[];
  readonly leaks: number;
}

/** What the application runs with: an Asterisk, a database, and the parties on both trunks. */
export interface DemoWorld {
  readonly simulated: boolean;
  /** Describes the parts for humans. */
  readonly about: string;
  readonly database: DatabaseAddress;
  /** Settings with the addresses of these parts. */
  readonly settings: Readonly<Record<string, string>>;
  /** Folder of the application's spool and log. */
  readonly folder: string;
  /** Starts the callees. Called once the application handles calls. */
  open(): Promise<void>;
  /** Places a call and resolves when it has ended. Rejects with the signal's reason if it is aborted. */
  place(call: DemoCall, signal: AbortSignal): Promise<SeenCall>;
}

/** Whether a text contains the number. Compares the last nine digits, to find national formats, too. */
export const tells = (text: string, number: string): boolean => text.includes(number.slice(-9));
