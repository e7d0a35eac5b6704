import { parseArgs } from "node:util";
import { loadSettings, type SettingsSource } from "../../../config/settings.ts";
import { countEntriesBefore, removeEntriesBefore } from "../../access/auditRetention.ts";
import { monthBefore } from "../../access/rules/wholeMonths.ts";
import { systemClock } from "../../ops/clock.ts";
import { forMigrations } from "../../store/dataSource.ts";
import { StoreQueryError } from "../../store/errors.ts";
import { UsageError } from "../endInWords.ts";
import { recordAction } from "../recordAction.ts";
import { withStore } from "../withStore.ts";

const usage = `Removes old entries of the audit log, by whole months. Uses DATABASE_MIGRATIONS_URL.

  npm run auditlog -- --keep-months NUMBER [--dry-run]

--keep-months NUMBER  how many months to keep before the current one, 1 or more
--dry-run             only count the entries
`;

/** Resolves with what was done, in words. */
export async function auditlogCommand(
  args: readonly string[],
  source: SettingsSource,
): Promise<readonly string[]> {
  const { keepMonths, dryRun } = optionsOf(args);
  const { database, numbers } = loadSettings(source);
  const { startMs, name } = monthBefore(systemClock.nowMs(), keepMonths, numbers.timeZone);
  return withStore(forMigrations(database), async (store) => {
    if (dryRun) {
      const count = await countEntriesBefore(store, startMs);
      return [`${count} entries of the audit log are from before ${name}. Nothing was removed.`];
    }
    const removed = await removeEntriesBefore({ store, clock: systemClock }, startMs).catch(inWords);
    await recordAction(store, {
      action: "delete",
      target: { kind: "audit", id: name },
      details: { removed },
    });
    return [`Removed ${removed} entries of the audit log, from before ${name}.`];
  });
}

function inWords(error: unknown): never {
  if (error instanceof StoreQueryError && /DENIED/.test(error.driverCode))
    throw new Error(
      "This MySQL account may not remove entries of the audit log. Set DATABASE_MIGRATIONS_URL to the account of the migrations.",
    );
  throw error;
}

function optionsOf(args: readonly string[]): { readonly keepMonths: number; readonly dryRun: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { "keep-months": { type: "string" }, "dry-run": { type: "boolean", default: false } },
    });
    const keepMonths = Number(values["keep-months"]);
    if (Number.isInteger(keepMonths) && keepMonths >= 1 && keepMonths <= 1200)
      return { keepMonths, dryRun: values["dry-run"] };
  } catch {
    // An unknown option.
  }
  throw new UsageError(usage);
}
