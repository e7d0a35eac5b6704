import { randomUUID } from "node:crypto";
import { setPatientTimer } from "../ops/patientTimer.ts";
import type { SteadyClock } from "../ops/types.ts";
import type { LiveBoard } from "./board.ts";
import type { Bus } from "../bus/types.ts";

const requestTopic = "live.hangUp";
const answerTopic = "live.hangUp.answer";

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

const text = (payload: unknown, name: string): string | null => {
  if (typeof payload !== "object" || payload === null) return null;
  const value: unknown = Reflect.get(payload, name);
  return typeof value === "string" ? value : null;
};

export function createHangUps({ bus, board, clock, here, timeoutMs = 2_000 }: HangUpsOptions): HangUps {
  const waiting = new Map<string, (done: boolean) => void>();
  const stops = [
    bus.subscribe(requestTopic, (payload) => {
      const [id, callId] = [text(payload, "id"), text(payload, "callId")];
      if (here === null || id === null || callId === null || text(payload, "instance") !== here.instance)
        return;
      bus.publish(answerTopic, { id, done: here.hangUp(callId) });
    }),
    bus.subscribe(answerTopic, (payload) => {
      const id = text(payload, "id");
      if (id === null || typeof payload !== "object" || payload === null) return;
      waiting.get(id)?.("done" in payload && payload.done === true);
    }),
  ];

  return {
    hangUp(callId) {
      const owner = board.ownerOf(callId);
      if (owner === null) return Promise.resolve({ kind: "notLive" });
      const { instance, node } = owner;
      const id = randomUUID();
      return new Promise((resolve) => {
        const settle = (result: HangUpResult): void => {
          waiting.delete(id);
          stopWaiting();
          resolve(result);
        };
        const stopWaiting = setPatientTimer(clock, () => settle({ kind: "noAnswer", node }), timeoutMs);
        waiting.set(id, (done) => settle(done ? { kind: "hungUp", node } : { kind: "notLive" }));
        bus.publish(requestTopic, { id, callId, instance });
      });
    },
    close() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
