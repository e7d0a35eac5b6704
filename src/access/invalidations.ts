import type { Bus } from "../bus/types.ts";

/** Notifies all instances of changed permissions, so that they drop cached ones. */
export interface AccessInvalidations {
  /** Call after the commit. `revokedKeyId`: the key to forget completely. */
  announce(revokedKeyId?: number): void;
  /** `revokedKeyId` is null if anything may have changed, or if messages may have been missed. */
  onChange(listener: (revokedKeyId: number | null) => void): () => void;
}

const topic = "access";

export function createAccessInvalidations(bus: Bus): AccessInvalidations {
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
