import { ofTheProcess } from "../../../config/settings.ts";
import { endInWords } from "../endInWords.ts";
import { doctorCommand } from "./command.ts";

let missing = 0;
const exitCode = await endInWords(async () => {
  const report = await doctorCommand(process.argv.slice(2), ofTheProcess());
  missing = report.missing;
  return report.lines;
});

/** `npm run doctor`. Exit codes: 0 nothing is missing, 1 something is, 2 a mistake in options or settings. */
process.exitCode = exitCode === 0 && missing > 0 ? 1 : exitCode;
