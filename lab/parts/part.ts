export type PartName = "asterisk" | "mysql" | "redis";
export const partNames = ["mysql", "redis", "asterisk"] as const satisfies readonly PartName[];

/** An address that a part listens on. */
export interface Endpoint {
  readonly protocol: "tcp" | "udp";
  readonly host: string;
  readonly port: number;
  /** Environment variable that moves it elsewhere. */
  readonly setting: string;
}

/** One server of the lab. It says what to run and how to ask it; starting and ending is the same for all. */
export interface LabPart {
  readonly name: PartName;
  readonly endpoints: readonly Endpoint[];
  /** The server's executable file, as seen inside the root folder. */
  readonly program: string;
  /** Runs it inside the root folder, in the foreground. */
  readonly command: readonly string[];
  /** How long the server may take to end by itself. */
  readonly stopGraceMs: number;
  /** Further log files, seen from outside. */
  readonly logFiles: readonly string[];
  /** Changes whenever the part has to be started anew to run what is wanted now. */
  fingerprint(): Promise<string>;
  /** Makes files and folders ready. Called before every start, so it must repair what a killed start left. */
  prepare(): Promise<void>;
  /** Asks the server once; rejects with what is wrong. */
  ask(): Promise<void>;
}
