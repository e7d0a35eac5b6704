/**
 * `gone`: the channel is gone, or not in that state (404, 409, 422), which is normal if a party hangs up meanwhile.
 * `refused`: Asterisk rejected the command. `unknown`: no answer in time, so the command may have been carried out.
 * `disconnected`: the connection was lost; what follows the next connection finds out what happened.
 */
export type CommandFailure = "gone" | "refused" | "unknown" | "disconnected";
