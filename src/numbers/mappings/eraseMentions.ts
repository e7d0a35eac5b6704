import { In, IsNull, MoreThan, Not } from "typeorm";
import type { EntityManager, EntityTarget } from "typeorm";
import { AuditChange, IpRule } from "../../store/entities/access.ts";
import { MappingChange, PhoneMapping } from "../../store/entities/mappings.ts";
import { BlockedNumber, NumberPool } from "../../store/entities/numbers.ts";
import type { Store } from "../../store/types.ts";
import type { NumberTrace } from "../../values/numberTrace.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { MappingInvalidations } from "../types.ts";
import { changeRows, lockRows } from "./editRows.ts";

interface Parts {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "announceEverything">;
  readonly clock: { nowMs(): number };
}

/** Where people have written the number: by how many rows. */
interface Mentions {
  /** Labels and references of mappings. */
  readonly labels: number;
  /** Labels of pools, and notes of blocked numbers and IP rules. */
  readonly notes: number;
  /** Fixed caller IDs of mappings and pools. */
  readonly callerIds: number;
}

const rowsAtOnce = 5_000;

/** Longer than the pages offer to undo a change. */
const undoableMs = 3_600_000;

type Texts<Key extends string> = Readonly<Record<Key, string | null>>;

/**
 * The rows of a table whose texts name the number. All rows are searched, in this process: a database knows few of
 * the ways to write a number.
 */
async function rowsNaming<Row extends { id: number }, Key extends string & keyof Row>(
  store: Store,
  table: EntityTarget<Row & Texts<Key>>,
  keys: readonly Key[],
  { isIn }: NumberTrace,
): Promise<readonly (Texts<Key> & { readonly id: number })[]> {
  const found: (Texts<Key> & { readonly id: number })[] = [];
  for (let after = -1; ;) {
    const rows = await store.read((manager) =>
      manager
        .createQueryBuilder(table, "t")
        .select(["t.id", ...keys.map((key) => `t.${key}`)])
        .where("t.id > :after", { after })
        .andWhere(`(${keys.map((key) => `t.${key} IS NOT NULL`).join(" OR ")})`)
        .orderBy("t.id")
        .limit(rowsAtOnce)
        .getMany(),
    );
    found.push(...rows.filter((row) => keys.some((key) => isIn(row[key] ?? ""))));
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsAtOnce) return found;
    after = last.id;
  }
}

async function find(store: Store, trace: NumberTrace) {
  const fixed = isPhoneNumber(trace.number) ? trace.number : null;
  const labels = await rowsNaming(store, PhoneMapping, ["label", "reference"], trace);
  const pools = await rowsNaming(store, NumberPool, ["label"], trace);
  const rules = await rowsNaming(store, IpRule, ["note"], trace);
  const changes = await rowsNaming(store, MappingChange, ["before", "after"], trace);
  const auditChanges = await rowsNaming(store, AuditChange, ["before", "after"], trace);
  // There are few of them, without an ID.
  const noted = await store.read((manager) => manager.findBy(BlockedNumber, { note: Not(IsNull()) }));
  const blocked = noted.filter(({ note }) => trace.isIn(note ?? ""));
  const fixedOf = async (table: typeof NumberPool | typeof PhoneMapping): Promise<number> =>
    fixed === null
      ? 0
      : store.read((manager) =>
          manager.countBy<{ callerIdNumber: PhoneNumber | null }>(table, { callerIdNumber: fixed }),
        );
  const callerIds = (await fixedOf(PhoneMapping)) + (await fixedOf(NumberPool));
  return { labels, changes, auditChanges, pools, rules, blocked, callerIds, fixed };
}

const counted = ({
  labels,
  pools,
  rules,
  blocked,
  callerIds,
}: Awaited<ReturnType<typeof find>>): Mentions => ({
  labels: labels.length,
  notes: pools.length + rules.length + blocked.length,
  callerIds,
});

export const findMentions = async (store: Store, trace: NumberTrace): Promise<Mentions> =>
  counted(await find(store, trace));

/** Removes the texts that name the number. A fixed caller ID with it becomes none: calls are shown without a number. */
export async function eraseMentions(
  { store, invalidations, clock }: Parts,
  trace: NumberTrace,
): Promise<Mentions> {
  const all = await find(store, trace);
  const { labels, changes, auditChanges, pools, rules, blocked, fixed } = all;
  await store.transaction(async (manager) => {
    for (const column of ["label", "reference"] as const) {
      const ids = labels.flatMap((row) => (trace.isIn(row[column] ?? "") ? [row.id] : []));
      await changeRows(manager, await lockRows(manager, ids, false), { [column]: null }, clock.nowMs());
    }
    await endUndo(manager, changes, fixed, clock.nowMs());
    if (changes.length > 0) await manager.delete(MappingChange, { id: In(changes.map(({ id }) => id)) });
    if (auditChanges.length > 0)
      await manager.delete(AuditChange, { id: In(auditChanges.map(({ id }) => id)) });
    if (pools.length > 0)
      await manager.update(NumberPool, { id: In(pools.map(({ id }) => id)) }, { label: null });
    if (rules.length > 0) await manager.update(IpRule, { id: In(rules.map(({ id }) => id)) }, { note: "" });
    if (blocked.length > 0)
      await manager.update(
        BlockedNumber,
        { number: In(blocked.map(({ number }) => number)) },
        { note: null },
      );
    if (fixed !== null) {
      await manager.update(PhoneMapping, { callerIdNumber: fixed }, { callerIdNumber: null });
      await manager.update(NumberPool, { callerIdNumber: fixed }, { callerIdNumber: null });
    }
  });
  const found = counted(all);
  if (found.callerIds > 0) await invalidations.announceEverything();
  return found;
}

/**
 * Browsers and clients keep what a change replaced, to undo it while the mapping has not changed since. These mappings count as
 * changed, so that no undo brings the number back. Of a fixed caller ID, the histories have no number.
 */
async function endUndo(
  manager: EntityManager,
  changes: readonly { readonly id: number }[],
  fixed: PhoneNumber | null,
  nowMs: number,
): Promise<void> {
  const changed = await manager.find(MappingChange, {
    select: { mappingId: true },
    where: [
      { id: In(changes.map(({ id }) => id)) },
      ...(fixed === null ? [] : [{ field: "callerId", before: "fixed", at: MoreThan(nowMs - undoableMs) }]),
    ],
  });
  if (changed.length === 0) return;
  const ids = [...new Set(changed.map(({ mappingId }) => mappingId))];
  await manager.update(PhoneMapping, { id: In(ids) }, { updatedAt: nowMs });
}
