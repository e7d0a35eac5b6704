import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { labLayout } from "../../lab/layout.ts";

const file = (): string => join(labLayout().root, "var/log/asterisk/messages.log");

/** The lines that Asterisk writes to its log from now on. */
export class AsteriskLog {
  readonly #from: number;

  constructor() {
    this.#from = statSync(file()).size;
  }

  get lines(): readonly string[] {
    const text = readFileSync(file(), "latin1").slice(this.#from);
    return text.split("\n").filter((line) => line !== "");
  }

  /** Lines with one of these numbers, or parts of numbers. */
  linesWith(...numbers: readonly string[]): readonly string[] {
    return this.lines.filter((line) => numbers.some((number) => line.includes(number)));
  }
}
