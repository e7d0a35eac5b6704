import { Random } from "../../lab/simulated/random.ts";
import { startSome } from "./callPaths.ts";
import { hostileHeaders, hostileNumber } from "./hostileInvites.ts";
import type { SipSender } from "./sipSender.ts";

export interface HostileCall {
  readonly about: string;
  readonly callId: string;
  /** In the message in whole or in parts, or the number that is dialled. */
  readonly number: string;
  /** The dialled text is not a number. Otherwise the number is fine, and a header is hostile. */
  readonly isBroken: boolean;
  /** Only of a call with a broken number. */
  readonly caller: string;
  readonly user: string;
  readonly headers: readonly string[];
}

/**
 * Responses of Asterisk's SIP stack to messages that it cannot read; they never become calls. 401: the URI is too
 * long.
 */
const unreadable = new Set([400, 401, 416, 420, 488]);

/** The same calls for the same seed. `prefix`: six digits of the numbers. */
export function hostileCalls(count: number, seed: number, prefix: string): readonly HostileCall[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const end = String(index).padStart(5, "0");
    const number = prefix + end;
    const isBroken = index % 2 === 0;
    const message = isBroken ? hostileNumber(random, number) : hostileHeaders(random, number);
    return {
      ...message,
      number,
      isBroken,
      caller: `791612${end}`,
      callId: `hostile-${prefix}-${seed}-${index}`,
    };
  });
}

/** Sends some at a time, and resolves when each has got its answer, or none in time. */
export async function sendHostile(
  sender: SipSender,
  calls: readonly HostileCall[],
  atATime: number,
): Promise<void> {
  const sent = startSome(calls, atATime, async ({ callId, user, headers, isBroken, caller }) => {
    const from = `<sip:${caller}@provider.invalid>`;
    sender.invite(callId, { user, headers, ...(isBroken ? { from } : {}) });
    await sender.finalCode(callId, 1_500).catch(() => 0);
  });
  await Promise.all(sent.values());
}

/** Whether Asterisk could read the message. */
export function isCall(sender: SipSender, { callId }: HostileCall): boolean {
  const code = sender.codesOf(callId).find((one) => one >= 200);
  return code !== undefined && !unreadable.has(code);
}
