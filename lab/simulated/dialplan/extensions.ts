/** The extensions of `[connect]` and `[refuse]`, in which a decision travels: fields of fixed order between stars. */

/** Which number the callee sees: the one dialled, the caller's, one of the decision's, the trunk's own, or none. */
type Shows = "d" | "c" | "n" | "f" | "a";

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

/** null where the dialplan's pattern does not match, so that its extension `i` runs. */
export function parseConnect(extension: string): ConnectExtension | null {
  const found = /^(\d+)\*(\d+)\*(\d*)\*((?:[1-9][-0-9][dcnfa]){1,9})$/u.exec(extension);
  if (!found || extension.length > 79) return null;
  const [, real = "", proxy = "", number = "", turns = ""] = found;
  const trunks = [...turns.matchAll(/(.)(.)(.)/gu)].map(([, index, way, shows]) => ({
    index: Number(index),
    way: way === "-" ? null : Number(way),
    shows: shows as Shows,
  }));
  return { real, proxy, number, trunks };
}

/** `STATUS*REASON*CAUSE*ANNOUNCEMENT*REAL*FOUND`, the last one only from a controller. */
export interface RefuseExtension {
  readonly status: string;
  readonly reason: string;
  readonly cause: number;
  readonly announcement: "unknown" | "disabled" | "expired" | "failed" | "";
  readonly real: string;
  readonly found: string;
}

export function parseRefuse(extension: string): RefuseExtension | null {
  const found =
    /^([a-z][a-z_]+)\*([a-z_]*)\*(\d{1,3})\*(unknown|disabled|expired|failed|)\*(\d*)(?:\*(\d*))?$/u.exec(
      extension,
    );
  if (!found) return null;
  const [, status = "", reason = "", cause = "", announcement = "", real = "", proxy = ""] = found;
  return {
    status,
    reason,
    cause: Number(cause),
    announcement: announcement as RefuseExtension["announcement"],
    real,
    found: proxy,
  };
}
