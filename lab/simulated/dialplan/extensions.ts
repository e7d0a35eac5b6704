/** The extensions of `[connect]` and `[refuse]`, in which a decision travels: fields of fixed order between stars. */

/**
 * What the callee sees: the dialled number, the caller's own proxy number, the mapping's fixed number, the trunk's, the
 * caller's number, nothing, or, in a return call, the dialled number.
 */
type Shows = "d" | "o" | "n" | "f" | "c" | "a" | "r";

/** One trunk to try. */
export interface TrunkTurn {
  /** Its place in the settings, from 1. */
  readonly index: number;
  /** Which endpoint of a split trunk; null for a whole one. */
  readonly way: number | null;
  readonly shows: Shows;
}

/** `REAL*PROXY*NUMBER*TRUNKS`, three characters for each trunk. */
export interface ConnectExtension {
  readonly real: string;
  readonly proxy: string;
  readonly number: string;
  readonly trunks: readonly TrunkTurn[];
}

/** null if the dialplan's pattern does not match; its extension `i` runs then. */
export function parseConnect(extension: string): ConnectExtension | null {
  const found = /^(\d+)\*(\d+)\*(\d*)\*((?:[1-9][-0-9][donfcar]){1,9})$/u.exec(extension);
  if (!found || extension.length > 79) return null;
  const [, real = "", proxy = "", number = "", turns = ""] = found;
  const trunks = [...turns.matchAll(/(.)(.)(.)/gu)].map(([, index, way, shows]) => ({
    index: Number(index),
    way: way === "-" ? null : Number(way),
    shows: shows as Shows,
  }));
  return { real, proxy, number, trunks };
}

/** `STATUS*REASON*CAUSE*ANNOUNCEMENT*REAL*FOUND`; only a controller sends the last one. */
export interface RefuseExtension {
  readonly status: string;
  readonly reason: string;
  readonly cause: number;
  readonly announcement: "unknown" | "disabled" | "expired" | "failed" | "own" | "";
  readonly real: string;
  readonly found: string;
  readonly returns: boolean;
}

export function parseRefuse(extension: string): RefuseExtension | null {
  const found =
    /^([a-z][a-z_]+)\*([a-z_]*)\*(\d{1,3})\*(unknown|disabled|expired|failed|own|)\*(\d*)(?:\*(\d*))?(\*r)?$/u.exec(
      extension,
    );
  if (!found) return null;
  const [, status = "", reason = "", cause = "", announcement = "", real = "", proxy = "", returns = ""] =
    found;
  return {
    status,
    reason,
    cause: Number(cause),
    announcement: announcement as RefuseExtension["announcement"],
    real,
    found: proxy,
    returns: returns !== "",
  };
}
