import type { ImportField } from "../rows/row.ts";
import type { CsvSource, ReadingChoices, XlsxSource } from "./types.ts";

/** As JSON has them. */
export interface Choices extends Omit<ReadingChoices, "columns"> {
  readonly columns?: Readonly<Record<string, ImportField | "ignored">>;
}

/** How a file is read now, and what of it was chosen. */
export interface ChosenReading {
  readonly source: Pick<CsvSource, "format" | "delimiter"> | Pick<XlsxSource, "format" | "sheet">;
  readonly choices: Choices;
}

/** The operator's choices for the cells of a file, by the sheet or the delimiter that makes these cells. */
export type Remembered = Readonly<Record<string, Pick<Choices, "headerRow" | "columns">>>;

interface Chosen {
  /** The choices that lead to this reading. */
  readonly choices: Choices;
  readonly remembered: Remembered;
}

/**
 * The choices with one more: the latest wins, and each can be reverted at any time. Another sheet or delimiter leads
 * to other columns, so the choices for the columns are set aside until that sheet or delimiter is chosen again.
 */
export function choose(reading: ChosenReading, remembered: Remembered, choice: Choices): Chosen {
  const { choices } = reading;
  if (choice.columns !== undefined)
    return { choices: { ...choices, columns: matched(choices.columns, choice.columns) }, remembered };
  const from = cellsOf(reading);
  const to = cellsOf(reading, choice);
  if (from === to) return { choices: { ...choices, ...choice }, remembered };
  const { headerRow, columns, ...others } = choices;
  const put: Remembered = {
    ...remembered,
    [from]: { ...(headerRow !== undefined && { headerRow }), ...(columns !== undefined && { columns }) },
  };
  const known = put[to] ?? {};
  // The header of a text is a row whatever the delimiter; each sheet has its own.
  const sameRows = reading.source.format === "csv" && headerRow !== undefined;
  return {
    choices: { ...others, ...choice, ...known, ...(sameRows && { headerRow }) },
    remembered: put,
  };
}

function cellsOf({ source }: ChosenReading, choice: Choices = {}): string {
  return source.format === "xlsx"
    ? `sheet ${choice.sheet ?? source.sheet}`
    : `delimiter ${choice.delimiter === undefined ? source.delimiter : choice.delimiter}`;
}

type Columns = NonNullable<Choices["columns"]>;

/** A meaning given to a column is taken from the column that had it before. */
function matched(before: Columns = {}, now: Columns): Columns {
  const taken = new Set<string>(Object.values(now).filter((field) => field !== "ignored"));
  return { ...Object.fromEntries(Object.entries(before).filter(([, field]) => !taken.has(field))), ...now };
}
