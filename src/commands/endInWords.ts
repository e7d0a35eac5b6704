import { SettingsError } from "../../config/settingsError.ts";
import { restrictUmask } from "../ops/privateFiles.ts";
import { redactText } from "../ops/redact.ts";

/** The message is how to use the command. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs a command that resolves with lines to print, and reports an error in one line: a stack trace would only
 * obscure it. Resolves with the exit code: 0 done, 1 failed, 2 a mistake in options or settings.
 */
export async function endInWords(command: () => Promise<readonly string[]>): Promise<number> {
  restrictUmask();
  try {
    for (const line of await command()) process.stdout.write(`${line}\n`);
    return 0;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const isMistake = error instanceof SettingsError || error instanceof UsageError;
    process.stderr.write(`${isMistake ? words : redactText(words)}\n`);
    return isMistake ? 2 : 1;
  }
}
