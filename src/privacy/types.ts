import type { CallWithNumber } from "../callLog/database/eraseCalls.ts";
import type { ImportWithNumber } from "../imports/erasure/eraseResults.ts";
import type { MappingDetails } from "../numbers/types.ts";

/** Findings in the files of one instance. */
export interface InstanceFindings {
  readonly node: string;
  /** Lines of the spool. */
  readonly spoolLines: number;
  /** Lines of Asterisk's call file, and of those beside it. */
  readonly callFileLines: number;
  /** Uploaded files. */
  readonly importFiles: number;
  /** False if something is left there; see the log of the instance. */
  readonly isComplete: boolean;
}

/** In how many places the number was. */
interface Findings {
  readonly mappings: number;
  /** Labels and references of other mappings. */
  readonly labels: number;
  /** Labels of pools and notes of blocked numbers. */
  readonly notes: number;
  /** Fixed caller IDs of mappings and pools. */
  readonly callerIds: number;
  readonly calls: number;
  /** Stored rows of imports. */
  readonly importRows: number;
  /** Keys in Redis. */
  readonly sharedNotes: number;
}

/** Copies that the application cannot reach. */
export interface Remains {
  readonly where: "backups" | "binaryLog";
  /** When the last copy expires; null if it is not known. */
  readonly untilMs: number | null;
}

interface Common {
  readonly findings: Findings;
  readonly imports: readonly ImportWithNumber[];
  readonly instances: readonly InstanceFindings[];
  /** Instances that received a file with the number and did not answer. */
  readonly silentNodes: readonly string[];
  readonly remains: readonly Remains[];
  /** The number is also one of our proxy numbers, and stays in that role. */
  readonly isProxyNumber: boolean;
}

/** Everything held about a number. */
export interface PrivacyReport extends Common {
  readonly mappings: readonly MappingDetails[];
  /** The newest. */
  readonly calls: readonly CallWithNumber[];
}

export interface ErasureReport extends Common {
  readonly mappingIds: readonly number[];
  /** False if something is left or could not be reached: run it again. */
  readonly isComplete: boolean;
}
