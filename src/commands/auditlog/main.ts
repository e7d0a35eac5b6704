import { ofTheProcess } from "../../../config/settings.ts";
import { endInWords } from "../endInWords.ts";
import { auditlogCommand } from "./command.ts";

/** `npm run auditlog`. Exit codes: 0 done, 1 failed, 2 a mistake in options or settings. */
process.exitCode = await endInWords(() => auditlogCommand(process.argv.slice(2), ofTheProcess()));
