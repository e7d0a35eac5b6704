import { computed, signal } from "@preact/signals";
import type { Health } from "../api/client.ts";

/** The last response; null before the first. */
export const health = signal<Health | null>(null);
/** The last request got no response. */
export const serverAway = signal(false);

export type ConnectionState = Health["status"] | "away" | "unknown";

export const connectionState = computed<ConnectionState>(() =>
  serverAway.value ? "away" : (health.value?.status ?? "unknown"),
);

const everyMs = 5000;
const whileAwayMs = 1500;
const patienceMs = 8000;

async function ask(): Promise<void> {
  try {
    const response = await fetch("/health", { signal: AbortSignal.timeout(patienceMs) });
    // A 503 with the status "down" is a valid response; a proxy's error page is not.
    const answer: Health = await response.json();
    health.value = answer;
    serverAway.value = false;
  } catch {
    serverAway.value = true;
  }
  setTimeout(() => void ask(), serverAway.value ? whileAwayMs : everyMs);
}

export function watchHealth(): void {
  void ask();
}
