import type { ImportCounts } from "../../api/client.ts";
import { formatCount, texts } from "../../i18n/index.ts";

/** The number of rows by result. Together they are all rows of the file. */
export function Counts({ counts, expected }: { readonly counts: ImportCounts; readonly expected: boolean }) {
  const words = texts.value.import;
  const figures = [
    ["created", expected ? words.willBeCreated : words.created, counts.created],
    ["existing", words.existing, counts.existing],
    ...(counts.differing > 0 ? [["differing", words.differing, counts.differing] as const] : []),
    ...(counts.updated > 0
      ? [["updated", expected ? words.willBeUpdated : words.updated, counts.updated] as const]
      : []),
    ["duplicate", words.duplicate, counts.duplicate],
    ["rejected", expected ? words.willBeRejected : words.rejected, counts.rejected],
    ["skipped", words.skipped, counts.blank + counts.header],
  ] as const;
  return (
    <dl class="stats">
      {figures.map(([key, label, value]) => (
        <div key={key} class="stat">
          <dt>{label}</dt>
          <dd data-count={key}>{formatCount(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
