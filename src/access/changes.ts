import type { Bus } from "../bus/types.ts";

/** Tells all instances that rights have changed, so that none goes on with what it remembers. */
export interface AccessChanges {
  /** After the commit. `revokedKeyId`: this key is to be forgotten altogether. */
  announce(revokedKeyId?: number): void;
  /** `revokedKeyId` is null when it may be about anything, or when messages may have been missed. */
  onChange(listener: (revokedKeyId: number | null) => void): () => void;
}

const topic = "access";

export function createAccessChanges(bus: Bus): AccessChanges {
  return {
    announce: (revokedKeyId) => bus.publish(topic, { revokedKeyId: revokedKeyId ?? null }),
    onChange(listener) {
      const stops = [
        bus.subscribe(topic, (payload) => listener(keyOf(payload))),
        bus.onGap(() => listener(null)),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function keyOf(payload: unknown): number | null {
  if (typeof payload !== "object" || payload === null || !("revokedKeyId" in payload)) return null;
  return typeof payload.revokedKeyId === "number" ? payload.revokedKeyId : null;
}
