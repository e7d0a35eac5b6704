import type { Retention } from "../../api/client.ts";
import type { Counted } from "../../i18n/counted.ts";
import type { Messages } from "../../i18n/en.ts";
import { fill } from "../../i18n/fill.ts";

interface Formats {
  readonly time: (iso: string) => string;
  readonly count: (n: number) => string;
  readonly counted: (forms: Counted, n: number) => string;
}

/** The kinds of old data that are removed, with the counts of the last run; empty if everything is kept. */
export function oldDataInWords(
  retention: readonly Retention[],
  words: Messages["system"]["oldData"],
  { time, count, counted }: Formats,
): readonly string[] {
  return retention.flatMap(({ what, days, lastRunAt, removed }) => {
    if (days === null) return [];
    const last =
      lastRunAt === null
        ? words.notYet
        : fill(removed === 0 ? words.nothing : words.removed, { at: time(lastRunAt), count: count(removed) });
    return [`${fill(counted(words.kept, days), { what: words[what] })} ${last}`];
  });
}
