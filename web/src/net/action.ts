import { useSignal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { loadSession } from "../session.ts";
import type { Problem } from "./problem.ts";
import { toProblem } from "./problem.ts";

export interface Action {
  readonly busy: ReadonlySignal<boolean>;
  /** Why the last try was refused; null while and after it goes well. */
  readonly refused: ReadonlySignal<Problem | null>;
  /** Never rejects. True when it was done; false when it was refused, or another is under way. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** What a person does by a press of a button: one at a time, and a refusal is kept to be shown. */
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
      // The session may have ended meanwhile; then there is only the way to sign in again.
      if (refused.value.status === 401) void loadSession();
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, refused, run };
}
