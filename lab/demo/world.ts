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

/** What the two ends saw of a call. */
export interface SeenCall {
  /** Final SIP code that the caller got; null when none came. */
  readonly sip: number | null;
  readonly calledNumbers: readonly string[];
  readonly leaks: number;
}

/** The surroundings of the application: an Asterisk, a database, and the people on both trunks. */
export interface DemoWorld {
  readonly simulated: boolean;
  /** For people: what calls go through. */
  readonly about: string;
  readonly database: DatabaseAddress;
  /** Settings by which the application finds its surroundings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Folder of the application's spool and log. */
  readonly folder: string;
  /** Lets people answer. Called once the application takes calls. */
  open(): Promise<void>;
  /** Places a call and resolves when it is over. Rejects with the signal's reason when that fires. */
  place(call: DemoCall, signal: AbortSignal): Promise<SeenCall>;
}

/** Whether a text has the number in it; its last nine digits, so that a national spelling counts too. */
export const tells = (text: string, number: string): boolean => text.includes(number.slice(-9));
