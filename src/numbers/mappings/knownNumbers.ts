import { In, IsNull } from "typeorm";
import type { EntityManager } from "typeorm";
import { mappingStates } from "../../values/mapping.ts";
import type { KnownMapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { nullable, number, phone, rowOf, text, time } from "../../store/row.ts";
import { placeholders, selectRows } from "../../store/sql.ts";
import { areBeside, findPoolsOf } from "../pools/rows.ts";
import { toPolicy } from "./rows.ts";

// SQL below, because every batch of an import looks up thousands of numbers with it.
const readMapping = rowOf({ realPhone: phone, fakePhone: phone });
const readNumber = rowOf({ number: phone });

/** Proxy numbers by real number, for those that have one. */
export async function findProxyNumbers(
  manager: EntityManager,
  real: readonly PhoneNumber[],
): Promise<Map<PhoneNumber, PhoneNumber>> {
  if (await areBeside(manager, "phone_mappings", "real_phone", real)) return new Map();
  const rows = await selectRows(
    manager,
    readMapping,
    `SELECT real_phone, fake_phone FROM phone_mappings WHERE real_phone IN (${placeholders(real)})`,
    real,
  );
  return new Map(rows.map((row) => [row.realPhone, row.fakePhone]));
}

const readKnown = rowOf({
  id: number,
  realPhone: phone,
  fakePhone: phone,
  label: nullable(text),
  reference: nullable(text),
  expiresAt: nullable(time),
  callerIdPolicy: nullable(text),
  callerIdNumber: nullable(phone),
  name: nullable(text),
});

/** Stored values of the real numbers that have a proxy number. */
export async function findKnownMappings(
  manager: EntityManager,
  real: readonly PhoneNumber[],
): Promise<Map<PhoneNumber, KnownMapping>> {
  if (await areBeside(manager, "phone_mappings", "real_phone", real)) return new Map();
  const rows = await selectRows(
    manager,
    readKnown,
    `SELECT m.id, m.real_phone, m.fake_phone, m.label, m.reference, m.expires_at, m.caller_id_policy,
     m.caller_id_number, p.name FROM phone_mappings m LEFT JOIN number_pools p ON p.id = m.pool_id
     WHERE m.real_phone IN (${placeholders(real)})`,
    real,
  );
  return new Map(
    rows.map((row) => [
      row.realPhone,
      {
        id: row.id,
        proxyNumber: row.fakePhone,
        label: row.label,
        reference: row.reference,
        expiresAtMs: row.expiresAt,
        poolName: row.name,
        callerIdPolicy: toPolicy(row.callerIdPolicy, row.callerIdNumber),
      },
    ]),
  );
}

/** The real numbers that are routed to us: they are in a pool or in use as proxy numbers. */
export async function findOurs(
  manager: EntityManager,
  real: readonly PhoneNumber[],
): Promise<ReadonlySet<string>> {
  const ours = (await hasMappingsOfNoPool(manager))
    ? await findMapped(manager, "fake_phone", real)
    : new Set<string>();
  for (const number of (await findPoolsOf(manager, real)).keys()) ours.add(number);
  return ours;
}

/** Those of a pool are found by its numbers. */
function hasMappingsOfNoPool(manager: EntityManager): Promise<boolean> {
  // The index of the mappings of a pool has the states first.
  return manager.existsBy(PhoneMapping, { state: In([...mappingStates]), poolId: IsNull() });
}

/** Which of the numbers a mapping has in this column. */
export async function findMapped(
  manager: EntityManager,
  column: "fake_phone" | "real_phone",
  numbers: readonly PhoneNumber[],
): Promise<Set<string>> {
  if (await areBeside(manager, "phone_mappings", column, numbers)) return new Set();
  const rows = await selectRows(
    manager,
    readNumber,
    `SELECT ${column} AS number FROM phone_mappings WHERE ${column} IN (${placeholders(numbers)})`,
    numbers,
  );
  return new Set(rows.map(({ number }) => number));
}
