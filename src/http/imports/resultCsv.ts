import type { Delimiter } from "../../imports/reading/types.ts";
import type { ImportLanguage } from "../../imports/texts/codes.ts";
import { kindOf } from "../../imports/job/counts.ts";
import type { ResultRow } from "../../imports/job/types.ts";
import { rowTextOf } from "./codeTexts.ts";
import { phoneCell } from "../formats/phoneCell.ts";
import { differencesText } from "./presentDifferences.ts";
import { csvCell, csvHead } from "../formats/csv.ts";

const columns = ["row", "input", "real_number", "proxy_number", "code", "message", "remedy", "differs"];

/**
 * The result of every row of the file, as CSV like that of `csvOf`. Only the cells of the file need escaping.
 * `problems`: only rows that are not imported. Yields one text for each piece.
 */
export async function* importResultCsv(
  pieces: AsyncIterable<readonly ResultRow[]>,
  options: {
    readonly delimiter: Delimiter;
    readonly language: ImportLanguage;
    readonly problems: boolean;
    /** Nothing is committed: the rows have expected results. */
    readonly foreseen: boolean;
    /** IANA name, for times of expiry. */
    readonly timeZone: string;
  },
): AsyncGenerator<string> {
  const { delimiter, language, problems, foreseen } = options;
  const ends = new Map<string, string>();
  yield csvHead(columns, delimiter);
  for await (const rows of pieces) {
    let text = "";
    for (const { row, input, realNumber, proxyNumber, code, differences = [] } of rows) {
      if (problems && kindOf(code) !== "rejected") continue;
      let end = ends.get(code);
      if (end === undefined) {
        const { message, remedy } = rowTextOf(code, language, foreseen);
        end = `${code}${delimiter}${csvCell(message)}${delimiter}${csvCell(remedy)}${delimiter}`;
        ends.set(code, end);
      }
      text += `${row}${delimiter}${csvCell(input)}${delimiter}${phoneCell(realNumber)}${delimiter}${phoneCell(proxyNumber)}${delimiter}${end}${csvCell(differencesText(differences, options))}\r\n`;
    }
    yield text;
  }
}
