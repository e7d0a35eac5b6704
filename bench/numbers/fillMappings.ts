import type { Store } from "../../src/store/types.ts";

export const poolsInData = 4;

/** Pool size: a prime, and larger than the number of mappings in a pool. */
const poolSpan = 10_000_019;

const CHUNK = 2000;
const columns =
  "real_phone, fake_phone, state, expires_at, pool_id, import_id, label, reference, released_real_phone, released_at, created_at, updated_at";

/** Every third mapping has a label, and each label is used several times. */
export const labelOf = (index: number): string =>
  `Client ${String((index * 7919) % 250_000).padStart(6, "0")}`;

const stateOf = (index: number): string => {
  const share = (index * 31) % 100;
  return share < 90 ? "active" : share < 95 ? "disabled" : share < 98 ? "expired" : "quarantined";
};

/**
 * Mappings like those after a few years of operation: one pool after another, imports in blocks, mixed states, proxy
 * numbers in random order within the range of their pool, and real numbers and references in the order of creation.
 * Resolves with the number of rows inserted per second, including all indexes.
 */
export const fillMappings = async (
  store: Store,
  rows: number,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<{ readonly rowsPerSecond: number }> => {
  await store.transaction(async (manager) => {
    for (let pool = 1; pool <= poolsInData; pool += 1)
      await manager.query("INSERT INTO number_pools (name) VALUES (?)", [`pool ${pool}`]);
  });
  const startedAt = performance.now();
  for (let first = 0; first < rows; first += CHUNK) {
    signal.throwIfAborted();
    const count = Math.min(CHUNK, rows - first);
    const tuples = Array.from({ length: count }, (_, offset) => tuple(first + offset, rows));
    await store.transaction((manager) =>
      manager.query(`INSERT INTO phone_mappings (${columns}) VALUES ${tuples.join(",")}`),
    );
    if ((first / CHUNK) % 50 === 0) progress(`${first} of ${rows} mappings are in the database`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await store.transaction((manager) =>
    manager.query(
      "INSERT INTO mapping_counts (pool_id, state, count) SELECT pool_id, state, COUNT(*) FROM phone_mappings GROUP BY pool_id, state",
    ),
  );
  if (store.kind === "mysql")
    await store.transaction((manager) => manager.query("ANALYZE TABLE phone_mappings"));
  return { rowsPerSecond: rows / seconds };
};

const tuple = (index: number, rows: number): string => {
  const state = stateOf(index);
  const real = 79_000_000_000 + index;
  const pool = Math.floor((index * poolsInData) / rows);
  // Each pool has its own range, and the newest pool the lowest. A prime step visits the numbers of a range in an order
  // that looks random.
  const proxy = 75_000_000_000 + (poolsInData - pool) * poolSpan + ((index * 7_368_787) % poolSpan);
  const released = state === "quarantined";
  const expires =
    index % 5 === 0 || state === "expired" ? `'2027-0${(index % 9) + 1}-15 12:00:00.000'` : "NULL";
  const values = [
    released ? "NULL" : `'${real}'`,
    `'${proxy}'`,
    `'${state}'`,
    expires,
    1 + pool,
    1 + Math.floor((index * 20) / rows),
    index % 3 === 0 ? `'${labelOf(index)}'` : "NULL",
    `'R-${index}'`,
    released ? `'${real}'` : "NULL",
    released ? "'2026-11-01 00:00:00.000'" : "NULL",
    "'2026-10-01 00:00:00.000'",
    "'2026-10-01 00:00:00.000'",
  ];
  return `(${values.join(",")})`;
};
