import { useSignal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** Long enough to type the next letter. */
const typingMs = 250;

export interface Typed {
  readonly text: ReadonlySignal<string>;
  readonly type: (text: string) => void;
}

/** A text that takes effect a moment after the last key: `settle` then passes it on to the source of `settled`. */
export function useTyped(settled: string, settle: (text: string) => void): Typed {
  const draft = useSignal(settled);
  const known = useRef(settled);
  const latest = useRef(settle);
  latest.current = settle;
  useEffect(() => {
    if (settled === known.current) return;
    known.current = settled;
    draft.value = settled;
  }, [settled]);
  useEffect(() => {
    if (draft.value === known.current) return undefined;
    const timer = setTimeout(() => {
      known.current = draft.value;
      latest.current(draft.value);
    }, typingMs);
    return () => clearTimeout(timer);
  }, [draft.value]);
  return {
    text: draft,
    type: (text) => {
      draft.value = text;
    },
  };
}
