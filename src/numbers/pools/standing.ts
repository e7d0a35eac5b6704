import { In } from "typeorm";
import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { NumberPool } from "../../store/entities/numbers.ts";
import { nullable, phone, rowOf, text, time } from "../../store/row.ts";
import { placeholders, selectRows } from "../../store/sql.ts";
import { defaultQuarantineSeconds, findBlocked } from "./quarantine.ts";
import { areBeside, findPoolsOf } from "./rows.ts";

/** Why a given proxy number cannot be mapped. */
export type StandingRefusal = "PROXY_NOT_IN_POOL" | "PROXY_TAKEN" | "PROXY_QUARANTINED" | "PROXY_BLOCKED";

/** The state of a proxy number: its pool, and what keeps it from being mapped. */
export interface Standing {
  /** null: no pool has the number. */
  readonly pool: { readonly id: number; readonly name: string; readonly quarantineSeconds: number } | null;
  readonly refusal: StandingRefusal | null;
  /** Its quarantine is over, but has not been ended yet. */
  readonly isOverdue: boolean;
}

const readMapped = rowOf({ fakePhone: phone, state: text, releasedAt: nullable(time) });

/** The current state of each of the proxy numbers. Valid only while their pools are locked. */
export async function findStandings(
  manager: EntityManager,
  numbers: readonly PhoneNumber[],
  nowMs: number,
): Promise<ReadonlyMap<PhoneNumber, Standing>> {
  if (numbers.length === 0) return new Map();
  const poolIds = await findPoolsOf(manager, numbers);
  const pools = await manager.find(NumberPool, {
    select: { id: true, name: true, quarantineSeconds: true },
    where: { id: In([...new Set(poolIds.values())]) },
  });
  const poolsById = new Map(pools.map((pool) => [pool.id, pool]));
  const blocked = await findBlocked(manager, numbers);
  const mapped = await findMappedProxies(manager, numbers);
  return new Map(
    numbers.map((number) => {
      const pool = poolsById.get(poolIds.get(number) ?? 0) ?? null;
      const seconds = pool?.quarantineSeconds ?? defaultQuarantineSeconds;
      const mapping = mapped.get(number);
      const isReleased = mapping?.state === "quarantined";
      const isOverdue = isReleased && (mapping.releasedAt ?? 0) + seconds * 1000 <= nowMs;
      const refusal =
        mapping !== undefined && !isReleased
          ? "PROXY_TAKEN"
          : pool === null
            ? "PROXY_NOT_IN_POOL"
            : isReleased && !isOverdue
              ? "PROXY_QUARANTINED"
              : blocked.has(number)
                ? "PROXY_BLOCKED"
                : null;
      return [number, { pool, refusal, isOverdue }];
    }),
  );
}

/** SQL, because a batch of an import looks up thousands of numbers. */
async function findMappedProxies(
  manager: EntityManager,
  numbers: readonly PhoneNumber[],
): Promise<ReadonlyMap<string, ReturnType<typeof readMapped>>> {
  if (await areBeside(manager, "phone_mappings", "fake_phone", numbers)) return new Map();
  const rows = await selectRows(
    manager,
    readMapped,
    `SELECT fake_phone, state, released_at FROM phone_mappings WHERE fake_phone IN (${placeholders(numbers)})`,
    numbers,
  );
  return new Map(rows.map((row) => [row.fakePhone, row]));
}
