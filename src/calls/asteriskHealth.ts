import type { AriStatus } from "../ari/types.ts";
import type { PartHealth } from "../ops/types.ts";
import type { Standing } from "./active/leaseKeeper.ts";
import type { CallController } from "./types.ts";

type CallsOfAsterisk = Pick<CallController, "reconciled" | "reconciliationProblem" | "size">;

/** Health of one Asterisk, in words for the engineer on call. */
export function healthOfAsterisk(
  standing: Standing,
  status: AriStatus,
  calls: CallsOfAsterisk,
  differingSettings: readonly string[] = [],
): PartHealth {
  switch (standing.role) {
    case "active":
      return healthOfConnection(status, calls);
    case "standby":
      return standing.node === null
        ? { status: "down", detail: "Not connected: finding out whether another controller is active" }
        : healthOfStandby(standing.node, differingSettings);
    case "unreachable":
      return { status: "down", detail: `Not connected: ${standing.reason}` };
    case "unfit":
      return { status: "down", detail: `Takes no calls: ${standing.reason}` };
  }
}

/** The active controller's settings are in use, and would change with the active controller. */
const healthOfStandby = (node: string, differing: readonly string[]): PartHealth =>
  differing.length === 0
    ? { status: "up", detail: `Standing by: ${node} is active` }
    : {
        status: "degraded",
        detail: `Standing by: ${node} is active, with other settings for calls (${differing.join(", ")}). Give all controllers of an Asterisk the same ones`,
      };

function healthOfConnection(
  status: AriStatus,
  { reconciled, reconciliationProblem, size }: CallsOfAsterisk,
): PartHealth {
  if (status.state !== "connected")
    return { status: "down", detail: `Not connected: ${status.lastError ?? "connecting"}` };
  const version = `Asterisk ${status.version ?? "of unknown version"} over ${status.transport ?? "?"}`;
  if (reconciled) return { status: "up", detail: `${version}, ${size} calls in progress` };
  const detail = `${version}, comparing its calls with ours`;
  return {
    status: "degraded",
    detail:
      reconciliationProblem === null
        ? detail
        : `${detail}; the last attempt failed: ${reconciliationProblem}`,
  };
}
