import { In } from "typeorm";
import type { EntityManager } from "typeorm";
import { AuditChange } from "../../store/entities/access.ts";
import { MappingChange, PhoneMapping } from "../../store/entities/mappings.ts";
import { BlockedNumber, NumberPool } from "../../store/entities/numbers.ts";
import type { Store } from "../../store/types.ts";
import type { NumberTrace } from "../../values/numberTrace.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { MappingAnnouncements } from "../types.ts";
import { changeRows, lockRows } from "./editRows.ts";

interface Parts {
  readonly store: Store;
  readonly announcements: Pick<MappingAnnouncements, "announceEverything">;
  readonly clock: { nowMs(): number };
}

/** Where people have written the number: by how many rows. */
interface Mentions {
  /** Labels and references of mappings. */
  readonly labels: number;
  /** Labels of pools and notes of blocked numbers. */
  readonly notes: number;
  /** Fixed caller IDs of mappings and pools. */
  readonly callerIds: number;
}

/** Characters between the digits of a number: all that `traceOf` knows, which decides in the end. */
const separators = " -().+/\u00A0\u2010\u2011\u2012\u2013\u2014\u2015".split("");

/** Finds the digits in a column, whatever separates them there, on either database. */
const mentions = (column: string): string => {
  const plain = separators.reduce((text, one) => `REPLACE(${text}, '${one}', '')`, `COALESCE(${column}, '')`);
  return `${plain} LIKE :mention`;
};

async function find(manager: EntityManager, { number, digits }: NumberTrace) {
  const mention = { mention: `%${digits}%` };
  const fixed = isPhoneNumber(number) ? number : null;
  // Everything is looked through: nothing but an erasure asks for this.
  const labels = await manager
    .createQueryBuilder(PhoneMapping, "t")
    .select(["t.id", "t.label", "t.reference"])
    .where(`${mentions("t.label")} OR ${mentions("t.reference")}`, mention)
    .getMany();
  const pools = await manager
    .createQueryBuilder(NumberPool, "t")
    .select("t.id")
    .where(mentions("t.label"), mention)
    .getMany();
  const blocked = await manager
    .createQueryBuilder(BlockedNumber, "t")
    .select("t.number")
    .where(mentions("t.note"), mention)
    .getMany();
  const changesIn = async (table: typeof AuditChange | typeof MappingChange): Promise<readonly number[]> => {
    const rows = await manager
      .createQueryBuilder<{ id: number }>(table, "t")
      .select("t.id")
      .where(`${mentions("t.before")} OR ${mentions("t.after")}`, mention)
      .getMany();
    return rows.map(({ id }) => id);
  };
  const changes = await changesIn(MappingChange);
  const auditChanges = await changesIn(AuditChange);
  const fixedOf = async (table: typeof NumberPool | typeof PhoneMapping): Promise<number> =>
    fixed === null
      ? 0
      : manager.countBy<{ callerIdNumber: PhoneNumber | null }>(table, { callerIdNumber: fixed });
  const callerIds = (await fixedOf(PhoneMapping)) + (await fixedOf(NumberPool));
  return { labels, changes, auditChanges, pools, blocked, callerIds, fixed };
}

const counted = ({ labels, pools, blocked, callerIds }: Awaited<ReturnType<typeof find>>): Mentions => ({
  labels: labels.length,
  notes: pools.length + blocked.length,
  callerIds,
});

export const findMentions = async (store: Store, trace: NumberTrace): Promise<Mentions> =>
  counted(await store.read((manager) => find(manager, trace)));

/** Removes the texts that name the number. A fixed caller ID with it becomes none: calls are shown without a number. */
export async function eraseMentions(
  { store, announcements, clock }: Parts,
  trace: NumberTrace,
): Promise<Mentions> {
  const found = await store.transaction(async (manager) => {
    const all = await find(manager, trace);
    const { labels, changes, auditChanges, pools, blocked, fixed } = all;
    for (const column of ["label", "reference"] as const) {
      const ids = labels.flatMap((row) => (trace.isIn(row[column] ?? "") ? [row.id] : []));
      await changeRows(manager, await lockRows(manager, ids, false), { [column]: null }, clock.nowMs());
    }
    if (changes.length > 0) await manager.delete(MappingChange, { id: In([...changes]) });
    if (auditChanges.length > 0) await manager.delete(AuditChange, { id: In([...auditChanges]) });
    if (pools.length > 0)
      await manager.update(NumberPool, { id: In(pools.map(({ id }) => id)) }, { label: null });
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
    return counted(all);
  });
  if (found.callerIds > 0) await announcements.announceEverything();
  return found;
}
