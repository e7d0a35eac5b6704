import { isGone } from "../../ari/errors.ts";
import type { AsteriskInfo } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriRequester } from "../../ari/types.ts";
import type { CallLog } from "../../callLog/types.ts";
import { repeat } from "../../ops/repeat.ts";
import type { Clock } from "../../ops/types.ts";
import type { OpenCall } from "../../values/callRecord.ts";
import type { SignsOfLife } from "../signsOfLife.ts";

const everyMs = 5_000;
/** Of those that Asterisk may still have; each takes a request. */
const looksAtOnce = 100;

interface Ports {
  /** Name of the Asterisk. */
  readonly asterisk: string;
  /** Works without a connection. */
  readonly request: AriRequester;
  readonly callLog: Pick<CallLog, "openCalls" | "missing">;
  readonly clock: Clock;
  readonly signsOfLife: Pick<SignsOfLife, "lastOf">;
  /** False while the controller is about to find out by itself, by comparing all calls. */
  readonly mayJudge: () => boolean;
}

/**
 * Looks for open calls of the spool that no controller of this process follows: of the time before it stood by, or begun
 * by the dialplan in a file that it has read. While they go on, they are left to the active controller. If they died with
 * Asterisk, perhaps only this spool knows of them, so their records are written from here. Returns a function that
 * stops it.
 */
export function watchUnattended(ports: Ports): () => void {
  const { asterisk, request, callLog, clock, signsOfLife, mayJudge } = ports;

  let lastLook = "";

  async function isThere(channelId: string): Promise<boolean> {
    try {
      await request(operation("channels.get", { channelId }));
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async function look(): Promise<void> {
    const open = callLog.openCalls();
    if (!mayJudge() || open.length === 0) return;
    const { status, config } = await request<AsteriskInfo>(operation("asterisk.getInfo", {}));
    const startedMs = Date.parse(status?.startup_time ?? "");
    let looks = 0;
    for (const call of inTurn(open)) {
      // Asterisk's own lines have its system name.
      if (call.asterisk !== asterisk && call.asterisk !== config?.name) continue;
      const asteriskLost = startedMs > call.startedAtMs;
      if (!asteriskLost) {
        if (looks === looksAtOnce) continue;
        looks += 1;
        lastLook = call.callId;
      }
      if ((await isThere(call.callId)) || !mayJudge()) continue;
      const lastSeenMs = signsOfLife.lastOf(asterisk, call.startedAtMs) ?? 0;
      callLog.missing(call.callId, { lastSeenMs, asteriskLost });
    }
  }

  /** Continues after the call that was looked for last. */
  function inTurn(open: readonly OpenCall[]): readonly OpenCall[] {
    const next = open.findIndex(({ callId }) => callId === lastLook) + 1;
    return [...open.slice(next), ...open.slice(0, next)];
  }

  // Asterisk is away: the lease keeper says so.
  return repeat(clock, everyMs, () => look().catch(() => undefined));
}
