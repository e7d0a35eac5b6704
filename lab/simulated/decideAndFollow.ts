import type { AriEvent, Channel } from "../../src/ari/generated/models.ts";
import { AriError } from "../../src/ari/errors.ts";
import type { AriConnection, AriRequest } from "../../src/ari/types.ts";

/** Where the dialplan continues with a call. */
interface Continuation {
  readonly context: string;
  readonly extension: string;
}

export interface DecideOptions {
  /** Arguments of `Stasis()` after `in`; null leaves the caller waiting. */
  readonly decide: (args: readonly string[], channel: Channel) => Continuation | null;
  /** Whether unanswered calls are continued; otherwise they wait until Asterisk's deadline. */
  readonly readsEnds?: boolean;
  /** Endpoints to subscribe to, `trunk-out` by default. */
  readonly endpoints?: readonly string[];
}

/**
 * The smallest controller that decides calls and lets the dialplan connect them: one `continue` for a call, and
 * another one once it is known to be unanswered. For tests and measurements of the simulator itself, and to compare
 * it with a real Asterisk; it handles no failures.
 */
export function decideAndFollow(
  ari: AriConnection,
  { decide, readsEnds = true, endpoints = ["trunk-out"] }: DecideOptions,
): { readonly failures: AriError[]; readonly subscribed: () => boolean } {
  const failures: AriError[] = [];
  let subscriptions = 0;
  const send = async (request: AriRequest, lane?: string): Promise<void> => {
    try {
      await ari.request(request, lane === undefined ? {} : { lane });
    } catch (error) {
      if (!(error instanceof AriError)) throw error;
      failures.push(error);
    }
  };
  const goOn = (id: string, to?: Continuation): Promise<void> =>
    send(
      {
        method: "POST",
        path: `/channels/${encodeURIComponent(id)}/continue`,
        query: to ? { ...to, priority: 1 } : {},
      },
      id,
    );
  const subscribe = async (): Promise<void> => {
    for (const name of endpoints) {
      const path = `/applications/${ari.application}/subscription`;
      await send({ method: "POST", path, query: { eventSource: `endpoint:PJSIP/${name}` } });
      subscriptions += 1;
    }
  };
  ari.listen({
    connected: () => void subscribe(),
    disconnected: () => undefined,
    event: (event: AriEvent) => {
      if (event.type !== "StasisStart") return;
      const [direction, ...args] = event.args;
      if (direction === "in") {
        const to = decide(args, event.channel);
        if (to) void goOn(event.channel.id, to);
      } else if (direction === "end" && readsEnds) void goOn(event.channel.id);
    },
  });
  return { failures, subscribed: () => subscriptions >= endpoints.length };
}
