import { useSignal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { loadSession } from "../session.ts";
import type { Problem } from "./problem.ts";
import { toProblem } from "./problem.ts";

interface Action {
  readonly busy: ReadonlySignal<boolean>;
  /** The error of the last attempt; null while running and on success. */
  readonly refused: ReadonlySignal<Problem | null>;
  /** Never rejects. True if it succeeded; false if it failed or another action is running. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** An action triggered by a button: one at a time, and its error is kept for display. */
export function useAction(): Action {
  const busy = useSignal(false);
  const refused = useSignal<Problem | null>(null);

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.peek()) return false;
    busy.value = true;
    refused.value = null;
    try {
      await work();
      return true;
    } catch (error) {
      refused.value = toProblem(error);
      // The session may have ended; then the user has to sign in again.
      if (refused.value.status === 401) void loadSession();
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, refused, run };
}
