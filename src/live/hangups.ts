import { createAsking } from "../bus/asking.ts";
import type { Bus } from "../bus/types.ts";
import type { SteadyClock } from "../ops/types.ts";
import type { LiveBoard } from "./board.ts";

type HangUpResult =
  | { readonly kind: "hungUp"; readonly node: string }
  /** No known instance has the call, or it has just ended. */
  | { readonly kind: "notLive" }
  /** The instance that has the call did not answer in time; the board will show whether it hung up. */
  | { readonly kind: "noAnswer"; readonly node: string };

/** Hangs up calls on any instance. */
export interface HangUps {
  /** Never rejects. */
  hangUp(callId: string): Promise<HangUpResult>;
  /** Idempotent. */
  close(): void;
}

interface HangUpsOptions {
  readonly bus: Pick<Bus, "publish" | "subscribe">;
  readonly board: Pick<LiveBoard, "ownerOf">;
  readonly clock: SteadyClock;
  /** This instance's ID, and its function to hang up a call; null if it handles no calls. */
  readonly here: { readonly instance: string; readonly hangUp: (callId: string) => boolean } | null;
  readonly timeoutMs?: number;
}

export function createHangUps({ bus, board, clock, here, timeoutMs = 2_000 }: HangUpsOptions): HangUps {
  const asking = createAsking({
    bus,
    clock,
    topic: "live.hangUp",
    timeoutMs,
    here: here && {
      instance: here.instance,
      answer: ({ callId }) => ({ done: typeof callId === "string" && here.hangUp(callId) }),
    },
    read: ({ done }) => done === true,
  });

  return {
    async hangUp(callId) {
      const owner = board.ownerOf(callId);
      if (owner === null) return { kind: "notLive" };
      const { instance, node } = owner;
      const done = await asking.ask(instance, { callId });
      if (done === null) return { kind: "noAnswer", node };
      return done ? { kind: "hungUp", node } : { kind: "notLive" };
    },
    close: () => asking.close(),
  };
}
