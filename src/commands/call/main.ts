import { ofTheProcess } from "../../../config/settings.ts";
import { endInWords } from "../endInWords.ts";
import { callCommand } from "./command.ts";

/** `npm run call`. Exit codes: 0 printed, 1 failed, 2 a mistake in options or settings. */
process.exitCode = await endInWords(() => callCommand(process.argv.slice(2), ofTheProcess()));
