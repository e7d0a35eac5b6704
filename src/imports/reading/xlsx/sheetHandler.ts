import type { RawRow } from "../../rows/row.ts";
import { UnreadableFileError } from "../errors.ts";
import type { ReadingLimits } from "../limits.ts";
import { cellText } from "./cellValue.ts";
import type { CellContext } from "./cellValue.ts";
import type { MergedCells } from "./mergedCells.ts";
import { columnOf } from "./reference.ts";
import type { XmlHandler } from "./xml.ts";

/** Collects the rows of a sheet into `rows` as their ends are read; the caller takes them out. */
export class SheetHandler implements XmlHandler {
  readonly rows: RawRow[] = [];
  readonly #context: CellContext;
  readonly #limits: ReadingLimits;
  #row = 0;
  #hidden = false;
  #cells: string[] = [];
  #characters = 0;
  #tooManyColumns = false;
  #column = -1;
  #type = "";
  #style = -1;
  #value = "";
  #inlineText = "";
  #collecting: "value" | "inlineText" | null = null;
  #inReading = false;
  #hasFormula = false;
  #formulas: number[] = [];

  readonly #merges: MergedCells | null;

  /** @param merges null: no cells of the sheet are merged */
  constructor(context: CellContext, limits: ReadingLimits, merges: MergedCells | null = null) {
    this.#merges = merges;
    this.#context = context;
    this.#limits = limits;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case "row":
        this.#startRow(attributes);
        break;
      case "c":
        this.#column = attributes["r"] === undefined ? this.#column + 1 : columnOf(attributes["r"]);
        this.#type = attributes["t"] ?? "";
        this.#style = Number(attributes["s"] ?? -1);
        this.#value = "";
        this.#inlineText = "";
        this.#hasFormula = false;
        break;
      case "f":
        this.#hasFormula = true;
        break;
      case "v":
        this.#collecting = "value";
        break;
      case "t":
        this.#collecting = this.#inReading ? null : "inlineText";
        break;
      case "rPh":
        this.#inReading = true;
        break;
    }
  }

  text(text: string): void {
    if (this.#collecting === null || this.#characters > this.#limits.rowCharacters) return;
    this.#characters += text.length;
    if (this.#collecting === "value") this.#value += text;
    else this.#inlineText += text;
  }

  close(name: string): void {
    switch (name) {
      case "v":
      case "t":
        this.#collecting = null;
        break;
      case "rPh":
        this.#inReading = false;
        break;
      case "c":
        this.#endCell();
        break;
      case "row":
        this.#endRow();
        break;
    }
  }

  #startRow(attributes: Readonly<Record<string, string>>): void {
    const row = attributes["r"] === undefined ? this.#row + 1 : Number(attributes["r"]);
    // Programs number rows upwards; anything else would make row numbers in a report ambiguous.
    if (!Number.isSafeInteger(row) || row <= this.#row) throw new UnreadableFileError("FILE_DAMAGED");
    this.#row = row;
    this.#hidden = attributes["hidden"] === "1" || attributes["hidden"] === "true";
    this.#cells = [];
    this.#characters = 0;
    this.#tooManyColumns = false;
    this.#column = -1;
    this.#formulas = [];
  }

  #endCell(): void {
    if (this.#characters > this.#limits.rowCharacters) return;
    const content = {
      type: this.#type,
      style: this.#style,
      value: this.#value,
      inlineText: this.#inlineText,
    };
    const text = cellText(content, this.#context);
    // A formula may result in an empty text, but not in an empty number.
    if (this.#hasFormula && text === "" && this.#type !== "str") this.#formulas.push(this.#column);
    // Styled but empty cells far to the right are common and no reason to refuse a row.
    if (text === "") return;
    if (this.#column >= this.#limits.columns) {
      this.#tooManyColumns = true;
      return;
    }
    if (this.#type === "s") this.#characters += text.length;
    while (this.#cells.length < this.#column) this.#cells.push("");
    this.#cells[this.#column] = text;
  }

  #endRow(): void {
    const row = this.#row;
    const hidden = this.#hidden ? { hidden: true as const } : {};
    if (this.#characters > this.#limits.rowCharacters) {
      this.rows.push({ row, cells: [], fault: "ROW_TOO_LONG", ...hidden });
    } else if (this.#tooManyColumns) {
      this.rows.push({ row, cells: [], fault: "TOO_MANY_COLUMNS", ...hidden });
    } else {
      this.#merges?.fill(row, this.#cells, this.#formulas);
      const formulas = this.#formulas.length > 0 ? { formulas: this.#formulas } : {};
      this.rows.push({ row, cells: this.#cells, ...formulas, ...hidden });
    }
  }
}
