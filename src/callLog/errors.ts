/** Processes must not share a spool: each would take the other's lines for its own. */
export class SpoolInUseError extends Error {
  readonly code = "SPOOL_IN_USE";

  constructor(path: string) {
    super(`The spool folder ${path} is used by another instance. Give each instance its own SPOOL_DIR.`);
    this.name = "SpoolInUseError";
  }
}

/** The code of a database or system error, otherwise the error's name. */
export function errorCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "unknown error";
  if ("driverCode" in error && typeof error.driverCode === "string") return error.driverCode;
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown error";
}
