import { writeFile } from "node:fs/promises";
import type { Settings } from "../../config/types.ts";
import { createAuditLog } from "../access/auditLog.ts";
import { operator } from "../commands/operator.ts";
import { openBus } from "../app/bus.ts";
import { layFoundation } from "../app/foundation.ts";
import { createMappingInvalidations } from "../numbers/mappings/invalidations.ts";
import { createNumberMapper } from "../numbers/mappings/allocate.ts";
import { sleep } from "../ops/sleep.ts";
import type { Logger } from "../ops/types.ts";
import { ForeignDatabaseError } from "../store/foreignDatabase.ts";
import type { TimeKind } from "../store/foreignDatabase.ts";
import { createStore } from "../store/store.ts";
import type { Store } from "../store/types.ts";
import { bringCalls } from "./bringCalls.ts";
import type { CallCounts } from "./bringCalls.ts";
import { bringPairs } from "./bringPairs.ts";
import type { PairCounts } from "./bringPairs.ts";
import { LegacyUsageError } from "./options.ts";
import type { LegacyOptions } from "./options.ts";
import { RefusedRows } from "./refusedRows.ts";
import type { LegacyRefusal } from "./refusedRows.ts";
import { openSource } from "./source.ts";

export interface LegacyReport {
  readonly pairs: PairCounts;
  /** null: the other system has no table of calls. */
  readonly calls: CallCounts | null;
  readonly refusals: ReadonlyMap<LegacyRefusal, number>;
  /** Lists the proxy numbers that no pool has, one per line; null: there are none. */
  readonly notInPoolFile: string | null;
}

interface LegacyParts {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly password: string;
}

const longestStartMs = 20_000;

/** Brings in both tables. Throws `ForeignDatabaseError` and `LegacyUsageError`; what is stored by then stays. */
export async function importLegacy(
  options: LegacyOptions,
  { settings, logger, password }: LegacyParts,
): Promise<LegacyReport> {
  const foundation = layFoundation(settings, logger);
  const { clock } = foundation;
  const source = await openSource(options.from, password);
  const store = createStore({ address: settings.database, logger, clock });
  const shared = openBus(foundation);
  const audit = createAuditLog({ store, logger, clock });
  try {
    const zones = {
      pairs: zoneOf(options, source.times.mappings),
      calls: zoneOf(options, source.times.calls),
    };
    await opened(store, clock);
    const refused = await RefusedRows.open(options.refusedFile);
    const invalidations = createMappingInvalidations({
      bus: shared.bus,
      shared: shared.sharedCache,
      forget: () => undefined,
      clock,
    });
    const mapper = createNumberMapper({ store, invalidations, clock });
    const { country, bareForm, dryRun, name, callTime, statuses } = options;
    const numbers = {
      defaultCountry: country ?? settings.numbers.defaultCountry,
      acceptUnassigned: false,
      acceptPremium: settings.numbers.acceptPremium,
      bareForm: bareForm ?? undefined,
    };
    const pairs = await bringPairs(() => source.mappings(), {
      store,
      mapper,
      clock,
      refused,
      numbers,
      timeZone: zones.pairs,
      dryRun,
    });
    const reading = { name, numbers, timeZone: zones.calls, callTime, statuses };
    const calls = source.hasCalls
      ? await bringCalls(source.calls(), { store, refused, reading, dryRun })
      : null;
    await refused.close();
    if (!dryRun) await recordIn(audit, name, pairs, calls);
    return {
      pairs,
      calls,
      refusals: refused.counts,
      notInPoolFile: await listNotInPool(options.refusedFile, pairs.notInPool),
    };
  } finally {
    await audit.close();
    await shared.close();
    await store.close();
    await source.close();
  }
}

function zoneOf({ timeZone }: LegacyOptions, kind: TimeKind): string {
  if (kind === "instant") return "UTC";
  if (timeZone !== null) return timeZone;
  if (kind === "plain") return "UTC";
  throw new LegacyUsageError(
    "The times of the other system are local times (DATETIME). Say of which zone: --time-zone Europe/Moscow.",
  );
}

async function opened(store: Store, clock: Parameters<typeof sleep>[0]): Promise<void> {
  store.open();
  const late = new AbortController();
  const isLate = sleep(clock, longestStartMs, late.signal).then(
    () => true,
    () => false,
  );
  const isReady = store.ready().then(() => false);
  try {
    if (await Promise.race([isReady, isLate]))
      throw new ForeignDatabaseError("The application's own database (DATABASE_URL) cannot be opened.");
  } finally {
    late.abort();
  }
}

/** Only counts: the audit log has no numbers. */
const recordIn = (
  audit: ReturnType<typeof createAuditLog>,
  name: string,
  pairs: PairCounts,
  calls: CallCounts | null,
): Promise<void> =>
  audit.record({
    action: "upload",
    outcome: "done",
    actor: operator(),
    target: { kind: "legacy", id: name },
    address: "",
    details: {
      numbers: pairs.created,
      calls: calls?.created ?? 0,
      refused: pairs.refused + (calls?.refused ?? 0),
    },
  });

async function listNotInPool(refusedFile: string, numbers: readonly string[]): Promise<string | null> {
  if (numbers.length === 0) return null;
  const file = `${refusedFile.replace(/\.csv$/i, "")}-proxy-numbers.txt`;
  await writeFile(file, `${numbers.map((number) => `+${number}`).join("\n")}\n`, { mode: 0o600 });
  return file;
}
