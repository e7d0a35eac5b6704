import { createRecordSink } from "../../../src/callLog/database/recordSink.ts";
import { createMappingEditor } from "../../../src/numbers/mappings/editor.ts";
import { createPairing } from "../../../src/numbers/mappings/pairNumbers.ts";
import { createMappingRepository } from "../../../src/numbers/mappings/reader.ts";
import { createMappingSearch } from "../../../src/numbers/mappings/search.ts";
import { createPools } from "../../../src/numbers/pools/pools.ts";
import type { MappingInvalidations } from "../../../src/numbers/types.ts";
import type { Store } from "../../../src/store/types.ts";
import type { NumberRange } from "../../../src/values/numberRange.ts";
import { isPhoneNumber, type PhoneNumber } from "../../../src/values/phoneNumber.ts";
import { type DemoClient, demoClients } from "./clients.ts";
import { callsOfDay } from "./traffic.ts";

const dayMs = 86_400_000;
/** Of SQLite's parameters, a record takes twenty. */
const recordsAtOnce = 500;
const defaultSeed = 20;

interface FillOptions {
  readonly store: Store;
  /** The range of the default pool. */
  readonly pool: { readonly first: string; readonly last: string };
  readonly nowMs: number;
  /** 35 by default. */
  readonly days?: number;
  readonly seed?: number;
}

interface Filled {
  readonly mappings: number;
  readonly calls: number;
}

/**
 * Fills an open database as some weeks of use would: with clients who come and go, and their calls. The same seed and
 * day always give the same clients and calls, so another run adds only the days since.
 */
export async function fillDemoData(options: FillOptions): Promise<Filled> {
  const { store, pool, nowMs, days = 35, seed = defaultSeed } = options;
  const today = Math.floor(nowMs / dayMs);
  const firstDay = today - days;
  const clients = demoClients(seed, firstDay, today);
  const mappings = await fillNumbers(store, { range: rangeOf(pool), clients, firstDay, today });
  const sink = createRecordSink(store);
  let calls = 0;
  for (let day = firstDay; day <= today; day += 1) {
    const ended = callsOfDay(seed, day, clients).filter(({ endedAtMs }) => endedAtMs < nowMs);
    for (let from = 0; from < ended.length; from += recordsAtOnce)
      await sink.write(ended.slice(from, from + recordsAtOnce));
    calls += ended.length;
  }
  return { mappings, calls };
}

interface Numbers {
  readonly range: NumberRange;
  readonly clients: readonly DemoClient[];
  readonly firstDay: number;
  readonly today: number;
}

/** Day by day, at nine in the morning of each, so that the pool's forecast and the histories are right. */
async function fillNumbers(store: Store, { range, clients, firstDay, today }: Numbers): Promise<number> {
  let atMs = 0;
  const parts = { store, invalidations: unheard, clock: { nowMs: () => atMs } };
  const pair = createPairing(parts);
  const editor = createMappingEditor({ ...parts, search: createMappingSearch(store) });
  const mappings = createMappingRepository(store);
  let created = 0;
  for (let day = firstDay; day <= today; day += 1) {
    atMs = (day + 0.25) * dayMs;
    if (day === firstDay) await createPools(parts).ensureDefault([range]);
    const joining = clients.filter(({ joinedDay }) => joinedDay === day);
    const results = await pair(joining.map(pairOf));
    for (const [index, { kind, realNumber }] of results.entries()) {
      if (kind !== "created") continue;
      created += 1;
      if (joining[index]?.disabled !== true) continue;
      const added = await mappings.findByReal(realNumber);
      if (added !== null) await editor.update(added.id, { state: "disabled" });
    }
    for (const { realNumber } of clients.filter(({ leftDay }) => leftDay === day)) {
      const leaving = await mappings.findByReal(phone(realNumber));
      if (leaving !== null) await editor.release(leaving.id);
    }
  }
  return created;
}

/** The application is not running yet. */
const unheard: MappingInvalidations = {
  prepare: async () => undefined,
  announce: async () => undefined,
  announceEverything: async () => undefined,
};

const pairOf = ({ realNumber, proxyNumber, label, reference, expiresDay }: DemoClient) => ({
  realNumber: phone(realNumber),
  proxyNumber: phone(proxyNumber),
  poolName: null,
  label,
  reference,
  expiresAtMs: expiresDay === null ? null : expiresDay * dayMs,
});

const rangeOf = ({ first, last }: FillOptions["pool"]): NumberRange => ({
  first: phone(first),
  last: phone(last),
});

function phone(digits: string): PhoneNumber {
  if (!isPhoneNumber(digits)) throw new Error("The demo's data contains an invalid number.");
  return digits;
}
