import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Problem } from "./problem.ts";
import { toProblem } from "./problem.ts";
import { loadSession } from "../session.ts";

/** The state of a loaded resource. While reloading, the previous value stays available. */
interface Loaded<Value> {
  readonly value: Value | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
}

export interface Resource<Value> {
  readonly state: ReadonlySignal<Loaded<Value>>;
  readonly reload: () => void;
}

const retryMs = 4000;

/**
 * Loads on mount and whenever `key` changes, and retries after temporary errors. Outdated responses are dropped.
 * With `everyMs` it reloads at that interval.
 */
export function useResource<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
  { everyMs = null }: { readonly everyMs?: number | null } = {},
): Resource<Value> {
  const resource = useMemo(() => createResource<Value>(), []);
  useEffect(() => resource.start(load, everyMs), [key]);
  return resource;
}

function createResource<Value>() {
  const state = signal<Loaded<Value>>({ value: null, problem: null, loading: true });
  let again: (() => void) | null = null;

  function start(load: (signal: AbortSignal) => Promise<Value>, everyMs: number | null): () => void {
    let current = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;

    async function run(): Promise<void> {
      clearTimeout(timer);
      current.abort();
      const mine = new AbortController();
      current = mine;
      state.value = { ...state.peek(), loading: true };
      let waitMs = everyMs;
      try {
        const value = await load(mine.signal);
        if (mine.signal.aborted) return;
        state.value = { value, problem: null, loading: false };
      } catch (error) {
        if (mine.signal.aborted) return;
        const problem = toProblem(error);
        if (problem.status === 401) void loadSession();
        state.value = { ...state.peek(), problem, loading: false };
        if (problem.passing) waitMs = problem.retryAfterMs ?? retryMs;
      }
      if (waitMs !== null) timer = setTimeout(() => void run(), waitMs);
    }

    again = () => void run();
    again();
    return () => {
      clearTimeout(timer);
      current.abort();
    };
  }

  return { state, start, reload: () => again?.() };
}
