import type { Retention } from "../../api/client.ts";
import { fill } from "../../i18n/fill.ts";
import type { Messages } from "../../i18n/en.ts";

/** The kinds of old data that are removed, with the counts of the last run; empty if everything is kept. */
export function oldDataInWords(
  retention: readonly Retention[],
  words: Messages["system"]["oldData"],
  timeText: (iso: string) => string,
): readonly string[] {
  return retention.flatMap(({ what, days, lastRunAt, removed }) => {
    if (days === null) return [];
    const last =
      lastRunAt === null
        ? words.notYet
        : fill(words.removed, { at: timeText(lastRunAt), count: String(removed) });
    return [`${fill(words.kept, { what: words[what], days: String(days) })} ${last}`];
  });
}
