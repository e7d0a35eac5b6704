import { ofTheProcess } from "../../../config/settings.ts";
import { endInWords } from "../endInWords.ts";
import { supportCommand } from "./command.ts";

/** `npm run support`. Exit codes: 0 made, 1 failed, 2 a mistake in options or settings. */
process.exitCode = await endInWords(() => supportCommand(process.argv.slice(2), ofTheProcess()));
