export type PartName = "asterisk" | "mysql" | "redis";
export const partNames = ["mysql", "redis", "asterisk"] as const satisfies readonly PartName[];

/** An address that a part listens on. */
export interface Endpoint {
  readonly protocol: "tcp" | "udp";
  readonly host: string;
  readonly port: number;
  /** Environment variable that changes the port. */
  readonly setting: string;
}

/** One server of the lab: what to run, and how to check it. All are started and stopped in the same way. */
export interface LabPart {
  readonly name: PartName;
  readonly endpoints: readonly Endpoint[];
  /** The server's executable file, as seen inside the root folder. */
  readonly program: string;
  /** Command to run it inside the root folder, in the foreground. */
  readonly command: readonly string[];
  /** Maximum time to shut down after SIGTERM. */
  readonly stopGraceMs: number;
  /** More log files; paths outside the root folder. */
  readonly logFiles: readonly string[];
  /** Changes when the part has to be restarted to apply its configuration. */
  fingerprint(): Promise<string>;
  /** Creates files and folders. Called before each start, so it must repair what an interrupted start left behind. */
  prepare(): Promise<void>;
  /** Sends the server one request; rejects with the problem. */
  ask(): Promise<void>;
}
