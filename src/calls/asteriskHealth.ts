import type { AriStatus } from "../ari/types.ts";
import type { PartHealth } from "../ops/types.ts";
import type { CallController } from "./types.ts";

/** Health of one Asterisk, in words for the engineer on call. */
export function healthOfAsterisk(
  status: AriStatus,
  {
    reconciled,
    reconciliationProblem,
    size,
  }: Pick<CallController, "reconciled" | "reconciliationProblem" | "size">,
): PartHealth {
  switch (status.state) {
    case "connected": {
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
    case "connecting":
      return { status: "down", detail: `Not connected: ${status.lastError ?? "connecting"}` };
    case "replaced":
      return {
        status: "down",
        detail: status.lastError ?? "Another controller has taken over the Stasis application",
      };
    case "closed":
      return { status: "off", detail: "Closed" };
  }
}
