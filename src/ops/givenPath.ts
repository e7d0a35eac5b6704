import { resolve } from "node:path";

/** A path from the command line: relative to where the command was called, which npm and `phone-proxy` leave. */
export const givenPath = (path: string): string => resolve(process.env["INIT_CWD"] ?? "", path);

/** The file with the log, `-` for standard input; null: the journal. */
export const givenLog = (path: string | undefined): string | null =>
  path === undefined ? null : path === "-" ? path : givenPath(path);
