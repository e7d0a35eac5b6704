import { ofTheProcess } from "../../../config/settings.ts";
import { endInWords } from "../endInWords.ts";
import { backupCommand } from "./command.ts";

/** `npm run backup`. Exit codes: 0 made, 1 failed, 2 a mistake in the settings. */
process.exitCode = await endInWords(() => backupCommand(ofTheProcess()));
