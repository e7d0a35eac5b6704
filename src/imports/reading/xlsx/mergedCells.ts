import type { Archive } from "./archive.ts";
import { columnOf, rowOf } from "./reference.ts";
import type { XmlHandler } from "./xml.ts";

/** One merged cell that has several rows. */
interface Merge {
  readonly column: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

/** No sheet that a person made has more. */
const most = 200_000;

/**
 * Merged cells count for all their rows, although the file has their text only in the first one. Rows come in order.
 */
export class MergedCells {
  readonly #byFirstRow = new Map<number, Merge[]>();
  #open: { readonly merge: Merge; readonly text: string; readonly isFormula: boolean }[] = [];
  #count = 0;

  /** @param reference as in `B2:C5` */
  add(reference: string): void {
    const [from = "", to = ""] = reference.split(":");
    const merge = { column: columnOf(from), firstRow: rowOf(from), lastRow: rowOf(to) };
    if (!(merge.lastRow > merge.firstRow) || this.#count >= most) return;
    this.#count += 1;
    const others = this.#byFirstRow.get(merge.firstRow);
    if (others) others.push(merge);
    else this.#byFirstRow.set(merge.firstRow, [merge]);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /**
   * Completes the cells of a row with the texts of merged cells above.
   * @param formulas places of formulas without a result, completed likewise
   */
  fill(row: number, cells: string[], formulas: number[]): void {
    this.#open = this.#open.filter(({ merge }) => merge.lastRow >= row);
    for (const { merge, text, isFormula } of this.#open) {
      if ((cells[merge.column] ?? "") !== "") continue;
      if (isFormula && !formulas.includes(merge.column)) formulas.push(merge.column);
      if (text === "") continue;
      while (cells.length < merge.column) cells.push("");
      cells[merge.column] = text;
    }
    for (const merge of this.#byFirstRow.get(row) ?? []) {
      const { column } = merge;
      this.#open.push({ merge, text: cells[column] ?? "", isFormula: formulas.includes(column) });
    }
  }
}

/** Collects the merged cells of a sheet, which come after its rows. */
export const createMergesHandler = (merges: MergedCells): XmlHandler => ({
  open(name, attributes) {
    if (name === "mergeCell") merges.add(attributes["ref"] ?? "");
  },
});

const mark = Buffer.from("mergeCell");

/** Whether the sheet has merged cells, without parsing its XML, which would take ten times as long. */
export async function hasMerges(archive: Archive, path: string, maxBytes: number): Promise<boolean> {
  let tail = Buffer.alloc(0);
  for await (const { bytes } of archive.read(path, maxBytes)) {
    const piece = Buffer.concat([tail, bytes]);
    if (piece.includes(mark)) return true;
    tail = piece.subarray(Math.max(0, piece.length - mark.length + 1));
  }
  return false;
}
