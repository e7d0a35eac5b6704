import { computed, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

/** Forms on the page with text that is not saved. */
const forms = signal<ReadonlySet<symbol>>(new Set());

/** The action after the user agrees to lose the text; null: nothing to ask. */
export const askedToLeave = signal<(() => void) | null>(null);

export const hasUnsavedText = computed(() => forms.value.size > 0);
export const leavesUnsavedText = (): boolean => forms.peek().size > 0;

/** Forgets the forms on the page, because the user leaves them knowingly. */
export function forgetUnsavedText(): void {
  forms.value = new Set();
}

/** While `unsaved`, leaving the page asks first, and the form outlives the end of the session. */
export function useUnsaved(unsaved: boolean): void {
  const id = useMemo(() => Symbol("form"), []);
  const change = (isIn: boolean): void => {
    if (forms.peek().has(id) === isIn) return;
    const next = new Set(forms.peek());
    if (isIn) next.add(id);
    else next.delete(id);
    forms.value = next;
  };
  useEffect(() => change(unsaved), [unsaved]);
  useEffect(() => () => change(false), []);
}

/** The browser, too, asks before the page is closed or reloaded. */
export function guardUnsavedText(): void {
  addEventListener("beforeunload", (event) => {
    if (leavesUnsavedText()) event.preventDefault();
  });
}
