import type { Actor } from "../access/rules/rights.ts";
import { callerSpellings } from "../callLog/database/callerSpellings.ts";
import type { ErasedNumbers } from "../callLog/database/erasedNumbers.ts";
import { eraseCalls, findCalls } from "../callLog/database/eraseCalls.ts";
import type { NewestCalls } from "../callLog/newestCalls.ts";
import { importsWith } from "../imports/erasure/eraseResults.ts";
import type { ImportWithNumber } from "../imports/erasure/eraseResults.ts";
import type { SharedCache } from "../numbers/lookup/sharedCache.ts";
import { eraseMappings, isProxyNumber, mappingsWith } from "../numbers/mappings/erase.ts";
import { eraseMentions, findMentions } from "../numbers/mappings/eraseMentions.ts";
import type { MappingInvalidations } from "../numbers/types.ts";
import type { Logger, SteadyClock } from "../ops/types.ts";
import type { Store } from "../store/types.ts";
import { traceOf } from "../values/numberTrace.ts";
import { isPhoneNumber } from "../values/phoneNumber.ts";
import type { Instances } from "./instances.ts";
import { findRemains } from "./remains.ts";
import type { ErasureReport, PrivacyReport } from "./types.ts";

/** Finds and erases everything held about a number. Both reject with `StoreAwayError` while the database is away. */
export interface Privacy {
  report(number: string): Promise<PrivacyReport>;
  /** Idempotent. Calls in progress go on, and are recorded without the number. */
  erase(number: string, by: Actor): Promise<ErasureReport>;
}

interface PrivacyParts {
  readonly store: Store;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly instances: Instances;
  readonly erased: ErasedNumbers;
  readonly invalidations: MappingInvalidations;
  readonly newestCalls: Pick<NewestCalls, "forget">;
  /** Those in Redis; empty without it. */
  readonly sharedCaches: readonly Pick<SharedCache, "remove">[];
  readonly defaultCountry: string;
  /** How long backups are kept; null: none are made from here. */
  readonly backupDays: number | null;
}

const mostCalls = 1_000;

export function createPrivacy(parts: PrivacyParts): Privacy {
  const { store, clock, logger, instances, erased, newestCalls, defaultCountry } = parts;

  const numbersOf = async (number: string) => ({
    number,
    spellings: isPhoneNumber(number) ? callerSpellings(number, defaultCountry) : [number],
    isProxy: await isProxyNumber(store, number),
  });

  async function inImports(number: string, erase: boolean): Promise<readonly ImportWithNumber[]> {
    const found: ImportWithNumber[] = [];
    for await (const one of importsWith(store, traceOf(number), { erase })) found.push(one);
    return found;
  }

  async function inRedis(number: string, erase: boolean): Promise<number | null> {
    try {
      if (erase && isPhoneNumber(number)) for (const cache of parts.sharedCaches) await cache.remove(number);
      return await newestCalls.forget(number, { erase });
    } catch (error) {
      logger.error("Could not search Redis for a number", { error });
      return null;
    }
  }

  return {
    async report(number) {
      const numbers = await numbersOf(number);
      const mappings = await mappingsWith(store, number);
      const mentions = await findMentions(store, traceOf(number));
      const { count, calls } = await findCalls(store, numbers, mostCalls);
      const imports = await inImports(number, false);
      const heard = await instances.ask(number, false);
      return {
        findings: {
          mappings: mappings.length,
          ...mentions,
          calls: count,
          importRows: rowsOf(imports),
          sharedNotes: (await inRedis(number, false)) ?? 0,
        },
        mappings,
        calls,
        imports,
        instances: heard,
        silentNodes: silent(imports, heard),
        isProxyNumber: numbers.isProxy,
        remains: await findRemains(store, parts.backupDays, clock.nowMs()),
      };
    },

    async erase(number, by) {
      const numbers = await numbersOf(number);
      // First of all: from here on, no instance writes a record with the number.
      await store.transaction((manager) => erased.add(manager, number, clock.nowMs()));
      await store.read((manager) => erased.load(manager));
      const mappingIds = await eraseMappings(parts, number, by);
      const mentions = await eraseMentions(parts, traceOf(number));
      // Data on the instances' disks reaches the database before the search.
      const heard = await instances.ask(number, true);
      const calls = await eraseCalls(store, numbers);
      const imports = await inImports(number, true);
      const shared = await inRedis(number, true);
      const isScrubbed = await store.scrub();
      const silentNodes = silent(imports, heard);
      return {
        findings: {
          mappings: mappingIds.length,
          ...mentions,
          calls,
          importRows: rowsOf(imports),
          sharedNotes: shared ?? 0,
        },
        mappingIds,
        imports,
        instances: heard,
        silentNodes,
        isProxyNumber: numbers.isProxy,
        remains: await findRemains(store, parts.backupDays, clock.nowMs()),
        isComplete:
          shared !== null && isScrubbed && silentNodes.length === 0 && heard.every((one) => one.isComplete),
      };
    },
  };
}

const rowsOf = (imports: readonly ImportWithNumber[]): number =>
  imports.reduce((sum, { rows }) => sum + rows, 0);

/** The instances that received a file with the number, and cannot be heard. */
function silent(
  imports: readonly ImportWithNumber[],
  heard: readonly { readonly node: string }[],
): readonly string[] {
  const nodes = new Set(imports.flatMap(({ node }) => node ?? []));
  for (const { node } of heard) nodes.delete(node);
  return [...nodes].toSorted();
}
