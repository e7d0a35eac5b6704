import { AriError, isConflict, isGone, isUnprocessable } from "../ari/errors.ts";
import type { CommandFailure } from "./decision/commandFailure.ts";

/** Why Asterisk did not carry out a command. */
export function failureOf(error: unknown): CommandFailure {
  if (!(error instanceof AriError)) return "unknown";
  switch (error.code) {
    case "ARI_HTTP":
      return isGone(error) || isConflict(error) || isUnprocessable(error) ? "gone" : "refused";
    case "ARI_DISCONNECTED":
    case "ARI_REPLACED":
    case "ARI_CLOSED":
      return "disconnected";
    case "ARI_TIMEOUT":
    case "ARI_MALFORMED":
    case "ARI_ANSWER_TOO_LARGE":
      return "unknown";
    case "ARI_TOO_LARGE":
      return "refused";
  }
}
