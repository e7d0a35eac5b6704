import { useSignal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { loadSession } from "../session.ts";
import type { Problem } from "./problem.ts";
import { toProblem } from "./problem.ts";

export interface Action {
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
      const problem = toProblem(error);
      // The session may have ended. The sign-in page says so, and the input is kept.
      if (problem.status === 401) void loadSession();
      if (problem.code !== "SIGN_IN_REQUIRED") refused.value = problem;
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, refused, run };
}
