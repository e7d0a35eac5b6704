import { readFileSync } from "node:fs";
import { loadSettings } from "../../config/settings.ts";
import { SettingsError } from "../../config/settingsError.ts";
import { createLogger } from "../ops/logger.ts";
import { restrictUmask } from "../ops/privateFiles.ts";
import { StoreAwayError } from "../store/errors.ts";
import { ForeignDatabaseError } from "../store/foreignDatabase.ts";
import { importLegacy } from "./importLegacy.ts";
import { inWords } from "./inWords.ts";
import { LegacyUsageError, readOptions, usage } from "./options.ts";

/**
 * `npm run import:legacy`. Exit codes: 0 everything is imported, 1 failed, 2 a mistake in options or settings, 3 some
 * rows were refused.
 */
async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0 || args.includes("--help")) {
    process.stdout.write(usage);
    return args.length === 0 ? 2 : 0;
  }
  try {
    restrictUmask();
    const options = readOptions(args);
    const settings = loadSettings();
    const logger = createLogger({ level: "warn", format: settings.log.format, destination: process.stderr });
    const report = await importLegacy(options, { settings, logger, password: readPassword(process.env) });
    process.stdout.write(inWords(report, options));
    return report.refusals.size > 0 ? 3 : 0;
  } catch (error) {
    if (error instanceof LegacyUsageError || error instanceof SettingsError) {
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
    const words = error instanceof StoreAwayError ? databaseAway : null;
    if (!(error instanceof ForeignDatabaseError) && words === null) throw error;
    process.stderr.write(`${words ?? (error instanceof Error ? error.message : "")}\n`);
    return 1;
  }
}

const databaseAway =
  "The application's own database (DATABASE_URL) is unavailable. Run the command again: what is stored by then stays.";

function readPassword(environment: Readonly<Record<string, string | undefined>>): string {
  const file = environment["LEGACY_DATABASE_PASSWORD_FILE"] ?? "";
  if (file === "") return environment["LEGACY_DATABASE_PASSWORD"] ?? "";
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new LegacyUsageError("LEGACY_DATABASE_PASSWORD_FILE names a file that cannot be read.");
  }
}

process.exitCode = await main(process.argv.slice(2));
