import { In } from "typeorm";
import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { MappingState } from "../../values/mapping.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { execute, placeholders } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { NotRestorableError, RealNumberTakenError } from "../errors.ts";
import { countMappings } from "../pools/counters.ts";
import { findStandings } from "../pools/standing.ts";
import { moved } from "./editRows.ts";
import type { EditableRow } from "./editRows.ts";
import { readFormerStates, writeStateChanges } from "./mappingChanges.ts";
import { refusalOfReal } from "./realNumbers.ts";
import { stateAfter } from "./rules/patch.ts";

/**
 * Gives released mappings back to their real numbers, in the states they had. `refused`: why others stay released.
 * Needs the locks of the pools, and `lockPoolsAgainstNewNumbers`.
 */
export async function restoreRows(
  manager: EntityManager,
  rows: readonly EditableRow[],
  nowMs: number,
): Promise<{ readonly restored: readonly EditableRow[]; readonly refused: ReadonlyMap<number, Error> }> {
  const refused = await findRefused(manager, rows, nowMs);
  const restored = rows.filter(({ id }) => !refused.has(id));
  const former = await readFormerStates(manager, restored);
  const byState = new Map<MappingState, EditableRow[]>();
  for (const row of restored) {
    const wanted = former.get(row.id) === "disabled" ? "disabled" : "active";
    const state = stateAfter({ ...row, state: "active" }, { state: wanted }, nowMs);
    byState.set(state, [...(byState.get(state) ?? []), row]);
  }
  const now = toDatabaseTime(nowMs);
  for (const [state, some] of byState) {
    // SQL, because MySQL sets columns in this order: the number is copied before it is removed.
    await execute(
      manager,
      `UPDATE phone_mappings SET real_phone = released_real_phone, released_real_phone = NULL, released_at = NULL,
       state = ?, updated_at = ? WHERE id IN (${placeholders(some)})`,
      [state, now, ...some.map(({ id }) => id)],
    );
    await countMappings(
      manager,
      some.flatMap((row) => moved(row, state)),
    );
    await writeStateChanges(manager, some, state, nowMs);
  }
  return { restored, refused };
}

async function findRefused(
  manager: EntityManager,
  rows: readonly EditableRow[],
  nowMs: number,
): Promise<ReadonlyMap<number, Error>> {
  const refused = new Map<number, Error>();
  const released = await findReleasedNumbers(manager, rows, nowMs);
  const refusalOf = await refusalOfReal(manager, [...released.values()]);
  const given = new Set<PhoneNumber>();
  for (const { id } of rows) {
    const realNumber = released.get(id);
    if (realNumber === undefined) {
      refused.set(id, new NotRestorableError());
      continue;
    }
    const refusal = given.has(realNumber) ? new RealNumberTakenError() : refusalOf(realNumber);
    if (refusal === null) given.add(realNumber);
    else refused.set(id, refusal);
  }
  return refused;
}

/** The real numbers before the release, of mappings whose proxy numbers are still in quarantine. */
async function findReleasedNumbers(
  manager: EntityManager,
  rows: readonly EditableRow[],
  nowMs: number,
): Promise<ReadonlyMap<number, PhoneNumber>> {
  const standings = await findStandings(
    manager,
    rows.map(({ proxyNumber }) => proxyNumber),
    nowMs,
  );
  const quarantined = rows.filter(
    ({ proxyNumber }) => standings.get(proxyNumber)?.refusal === "PROXY_QUARANTINED",
  );
  if (quarantined.length === 0) return new Map();
  const found = await manager.find(PhoneMapping, {
    select: { id: true, releasedRealPhone: true },
    where: { id: In(quarantined.map(({ id }) => id)) },
  });
  return new Map(
    found.flatMap(({ id, releasedRealPhone }) =>
      releasedRealPhone === null ? [] : [[id, releasedRealPhone] as const],
    ),
  );
}
