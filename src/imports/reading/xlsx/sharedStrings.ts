import { UnreadableFileError } from "../errors.ts";
import type { ReadingLimits } from "../limits.ts";
import type { StringTable } from "./stringTable.ts";
import { decodeEscapes } from "./xml.ts";
import type { XmlHandler } from "./xml.ts";

/**
 * Collects the texts that cells refer to: plain ones and those of several fonts, without the readings that
 * Japanese texts carry along. Of a text that is too long for a row only the beginning is kept, enough to see
 * that it is too long.
 */
export function createSharedStringsHandler(
  table: StringTable,
  limits: Pick<ReadingLimits, "rowCharacters" | "sharedStringMemoryBytes">,
): XmlHandler {
  const maxCharacters = limits.rowCharacters;
  let text = "";
  let inText = false;
  let inReading = false;
  return {
    open(name) {
      if (name === "si") text = "";
      if (name === "rPh") inReading = true;
      inText = name === "t" && !inReading;
    },
    text(piece) {
      if (inText && text.length <= maxCharacters) text += piece.slice(0, maxCharacters + 1);
    },
    close(name) {
      inText = false;
      if (name === "rPh") inReading = false;
      if (name !== "si") return;
      table.add(decodeEscapes(text));
      if (table.bytes > limits.sharedStringMemoryBytes)
        throw new UnreadableFileError("FILE_UNPACKS_TOO_LARGE");
    },
  };
}
