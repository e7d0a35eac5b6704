import type { Import, ReadingChoices } from "../../api/client.ts";

/**
 * All that is to be told to have the file read as now, but for one choice. What depends on that choice is found
 * out anew: other characters make other cells, and other cells other columns.
 */
export function choicesWith(reading: Import["reading"], choice: ReadingChoices): ReadingChoices {
  if (choice.encoding !== undefined || choice.sheet !== undefined) return choice;
  const { source, headerRow } = reading;
  const characters: ReadingChoices =
    source.format === "csv" ? { encoding: source.encoding } : { sheet: source.sheet };
  if (choice.delimiter !== undefined) return { ...characters, ...choice };
  const chosen = reading.columns.filter(({ because }) => because === "choice");
  return {
    ...characters,
    ...(source.format === "csv" && { delimiter: source.delimiter, quote: source.quote }),
    headerRow,
    ...choice,
    columns: {
      ...Object.fromEntries(chosen.map(({ place, field }) => [String(place), field])),
      ...choice.columns,
    },
  };
}
