import type { ColumnContents } from "./columnContents.ts";
import { isMainRank, isNamedRank, otherHeaderRank, phoneRank, speaksOfPhones } from "./phoneHeaders.ts";

/** A column that may hold the numbers to be called. */
interface Candidate {
  readonly place: number;
  readonly rank: number;
  /** Phone numbers among the cells that were looked at. */
  readonly numbers: number;
  readonly because: "header" | "contents";
  /** The header speaks of phones, or the cells can be nothing else, and the phones are not second ones. */
  readonly isSure: boolean;
}

/** Which column holds the numbers. */
interface NumberColumnFinding {
  /** null: none does, or it is not clear which. */
  readonly found: Candidate | null;
  /** Equally good columns; empty if one is best. */
  readonly equal: readonly number[];
  /** Other columns of phone numbers. */
  readonly further: readonly number[];
}

/** Whether the header of a column promises phone numbers, says nothing, names something else, or excludes them. */
export type HeaderSays = "number" | "nothing" | "other" | "none";

interface ColumnToJudge {
  readonly header: string;
  readonly says: HeaderSays;
  readonly contents: ColumnContents;
}

/** With a smaller share of phone numbers, a column is only taken if its header names them. */
const fewestNumbers = 0.4;
/** A header that says something else is overruled by a column in which nearly every cell can only be a phone number. */
const surely = 0.8;
/** Of the fullest column: what has less is nearly empty, and what has more is as full. */
const nearlyEmpty = 0.2;
const asFull = 0.8;

/**
 * Finds the column of the numbers: one whose header names it, else the fullest, and of several that are as full mobile before
 * home before others.
 * @param isSame whether two columns have the same cells, so that it does not matter
 */
export function findNumberColumn(
  columns: readonly ColumnToJudge[],
  isSame: (one: number, other: number) => boolean,
): NumberColumnFinding {
  const all = columns.map((column, place) => candidateOf(column, place));
  const named = all.filter((one, place) => one !== null && columns[place]?.says === "number");
  const sure = all.filter(
    (one, place) => one !== null && (columns[place]?.contents.surelyNumbers ?? 0) > surely,
  );
  const certain = present([...new Set([...named, ...sure])]);
  // Digits of an order may happen to be valid numbers: they are taken only where nothing else is a phone number.
  const candidates = certain.some(({ numbers }) => numbers > 0) ? certain : present(all);
  const most = Math.max(0, ...candidates.map(({ numbers }) => numbers));
  if (most === 0) {
    // An empty file, or one whose numbers are all wrong, has only its header.
    const [first] = present(named).toSorted((one, other) => other.rank - one.rank || one.place - other.place);
    return { found: first ?? null, equal: [], further: [] };
  }
  const usable = candidates.filter(({ numbers }) => numbers >= most * nearlyEmpty);
  const best = bestOf(usable);
  const [first, ...others] = best;
  const further = candidates
    .map(({ place }) => place)
    .filter((place) => (columns[place]?.contents.numbers ?? 0) > 0.5);
  if (first === undefined || !others.every(({ place }) => isSame(first.place, place)))
    return { found: null, equal: best.map(({ place }) => place), further: [] };
  return { found: first, equal: [], further: further.filter((place) => place !== first.place) };
}

/** More than one where none is better. */
function bestOf(usable: readonly Candidate[]): readonly Candidate[] {
  const ownName = usable.filter(({ rank }) => isNamedRank(rank));
  if (ownName.length > 0) return ownName;
  const byHeader = usable.filter(({ because }) => because === "header");
  // Numbers of members may happen to be valid: beside phones they are not taken.
  const sure = byHeader.filter(({ isSure }) => isSure);
  const some = sure.length > 0 ? sure : byHeader.length > 0 ? byHeader : usable;
  const most = Math.max(...some.map(({ numbers }) => numbers));
  const full = some.filter(({ numbers }) => numbers >= most * asFull);
  const rank = Math.max(...full.map((one) => one.rank));
  return full.filter((one) => one.rank === rank);
}

const present = (candidates: readonly (Candidate | null)[]): readonly Candidate[] =>
  candidates.filter((one) => one !== null);

function candidateOf({ header, says, contents }: ColumnToJudge, place: number): Candidate | null {
  const { filled, numbers, surelyNumbers } = contents;
  const count = numbers * filled;
  const rank = phoneRank(header) ?? otherHeaderRank;
  // Phones of parents or at work say nothing against a plain column of numbers beside them.
  const isSure = (surelyNumbers > surely || speaksOfPhones(header)) && isMainRank(rank);
  switch (says) {
    case "number":
      return { place, rank, numbers: count, because: "header", isSure };
    case "nothing":
      if (numbers < fewestNumbers) return null;
      return { place, rank: otherHeaderRank, numbers: count, because: "contents", isSure };
    case "other":
      if (surelyNumbers <= surely) return null;
      return { place, rank, numbers: count, because: "contents", isSure };
    case "none":
      return null;
  }
}
