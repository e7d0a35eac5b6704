import type { IncomingMessage } from "node:http";
import { actorOf } from "../../access/auditLog.ts";
import { may } from "../../access/rules/rights.ts";
import type { Actor, Viewer } from "../../access/rules/rights.ts";
import { liveRoute } from "../live/routes.ts";
import type { Gate } from "./gate.ts";

interface LiveAdmission {
  readonly seesRealNumbers: boolean;
  /** For the log. */
  readonly actor: Actor;
  /** Connections with the same key are counted together; null: not counted. */
  readonly who: string | null;
  /** Calls `ended` once, when the viewer may no longer watch; returns a function that stops listening. */
  readonly onRevoked: (ended: () => void) => () => void;
}

/** Admission to the live board's WebSocket. Rejects with an `HttpProblem`. */
export type AdmitLive = (request: IncomingMessage) => Promise<LiveAdmission>;

export function createLiveAdmission(gate: Gate): AdmitLive {
  return async (request) => {
    const { viewer, onRevoked } = await gate.admitUpgrade(request, liveRoute.rule);
    const seesRealNumbers = may(viewer, "numbers.real");
    return { seesRealNumbers, actor: actorOf(viewer), who: nameOf(viewer), onRevoked };
  };
}

/** null: the viewer is anonymous. */
function nameOf(viewer: Viewer): string | null {
  if (viewer.kind === "user") return `user:${viewer.userId}`;
  return viewer.kind === "key" ? `key:${viewer.keyId}` : null;
}
