import type { Signal } from "@preact/signals";
import type { PoolNumbers } from "../../api/client.ts";

/** Numbers entered as a range, individually, or both. */
interface NumbersDraft {
  readonly first: Signal<string>;
  readonly last: Signal<string>;
  /** One per line. */
  readonly singles: Signal<string>;
}

export function singlesOf(text: string): readonly string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** null: no numbers entered. A range with only one end is that single number. */
export function numbersOf(draft: NumbersDraft): PoolNumbers | null {
  const first = draft.first.value.trim();
  const last = draft.last.value.trim();
  const numbers = singlesOf(draft.singles.value);
  const isRun = first !== "" && last !== "";
  const single = isRun || first + last === "" ? [] : [first + last];
  if (!isRun && numbers.length + single.length === 0) return null;
  return {
    ...(isRun && { ranges: [{ first, last }] }),
    ...(numbers.length + single.length > 0 && { numbers: [...single, ...numbers] }),
  };
}

/**
 * How many numbers these are; null while the range cannot be read. The server reads them exactly; numbers that are
 * entered twice are counted twice here.
 */
export function countOf({ ranges = [], numbers = [] }: PoolNumbers): number | null {
  let count = numbers.length;
  for (const { first, last } of ranges) {
    const [from, to] = [first, last].map((text) => text.replaceAll(/\D/g, ""));
    if (from === undefined || to === undefined || from === "" || from.length !== to.length) return null;
    const more = Number(BigInt(to) - BigInt(from)) + 1;
    if (more < 1) return null;
    count += more;
  }
  return count;
}
