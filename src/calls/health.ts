import type { AriStatus } from "../ari/types.ts";
import type { PartHealth } from "../ops/types.ts";

/** How one Asterisk fares, in words for the engineer on call. */
export function healthOfAsterisk(status: AriStatus, reconciled: boolean, liveCalls: number): PartHealth {
  switch (status.state) {
    case "connected": {
      const version = `Asterisk ${status.version ?? "of unknown version"} by ${status.transport ?? "?"}`;
      return reconciled
        ? { status: "up", detail: `${version}, ${liveCalls} calls in progress` }
        : { status: "degraded", detail: `${version}, comparing the calls that it has with ours` };
    }
    case "connecting":
      return { status: "down", detail: `Waiting for it: ${status.lastError ?? "connecting"}` };
    case "replaced":
      return { status: "down", detail: status.lastError ?? "Another controller has taken the application" };
    case "closed":
      return { status: "off", detail: "Closed" };
  }
}
