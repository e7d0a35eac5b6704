import type { EntityManager } from "typeorm";
import { IpRule as IpRuleTable } from "../store/entities/access.ts";
import { duplicateKey, StoreAwayError } from "../store/errors.ts";
import type { Store } from "../store/types.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { AccessError, unknownThing } from "./errors.ts";
import { networksOf, parseNetwork } from "./networks.ts";
import type { Networks } from "./networks.ts";
import type { IpRule, IpRulePurpose } from "./types.ts";
import { lockAccess } from "./users.ts";

/** The rules in the form that requests are checked with. */
type RuleBook = Readonly<Record<IpRulePurpose, Networks>>;

interface NewIpRule {
  readonly purpose: IpRulePurpose;
  readonly network: string;
  readonly note: string;
  readonly createdBy: number | null;
}

export interface IpRules {
  /** At most `freshMs` old; the last known ones during a database outage. Rejects if nothing is known yet. */
  current(): Promise<RuleBook>;
  /** The same without waiting; null if they have to be read first. */
  known(): RuleBook | null;
  list(): Promise<IpRule[]>;
  /** Must not lock out `visitorAddress` (`WOULD_LOCK_OUT`). Also rejects with `NETWORK_INVALID` and `RULE_EXISTS`. */
  create(rule: NewIpRule, visitorAddress: string): Promise<IpRule>;
  /** Resolves to the removed rule. Rejects with `UNKNOWN`, and like `create`. */
  remove(id: number, visitorAddress: string): Promise<IpRule>;
  close(): void;
}

export function createIpRules(parts: {
  readonly store: Store;
  readonly invalidations: AccessInvalidations;
  readonly nowMs: () => number;
  readonly freshMs: number;
}): IpRules {
  const { store, invalidations, nowMs, freshMs } = parts;
  let known: { readonly book: RuleBook; readonly atMs: number } | null = null;
  let loading: Promise<RuleBook> | null = null;
  let generation = 0;
  const stop = invalidations.onChange(() => {
    generation += 1;
    loading = null;
    if (known !== null) known = { ...known, atMs: Number.NEGATIVE_INFINITY };
  });

  async function load(): Promise<RuleBook> {
    const began = generation;
    const atMs = nowMs();
    try {
      const book = await store.read(async (manager) => bookOf(await allRules(manager)));
      if (began === generation) known = { book, atMs };
      return book;
    } catch (error) {
      if (error instanceof StoreAwayError && known !== null) return known.book;
      throw error;
    } finally {
      if (began === generation) loading = null;
    }
  }

  const fresh = (): RuleBook | null => (known !== null && nowMs() - known.atMs < freshMs ? known.book : null);

  return {
    async current() {
      return fresh() ?? (loading ??= load());
    },

    known: fresh,

    list: () => store.read(allRules),

    create: ({ purpose, network: text, note, createdBy }, visitorAddress) =>
      store.transaction(async (manager) => {
        const network = parseNetwork(text);
        if (network === null)
          throw new AccessError("NETWORK_INVALID", "This is not an IP address or network.");
        await lockAccess(manager);
        try {
          await manager.insert(IpRuleTable, { purpose, network, note, createdBy, createdAt: nowMs() });
        } catch (error) {
          if (duplicateKey(error) === null) throw error;
          throw new AccessError("RULE_EXISTS", "This rule already exists.");
        }
        const rules = await allRules(manager);
        refuseLockOut(rules, visitorAddress);
        const made = rules.find((rule) => rule.purpose === purpose && rule.network === network);
        if (made === undefined) throw new Error("A rule that was just created is missing.");
        store.afterCommit(() => invalidations.announce());
        return made;
      }),

    remove: (id, visitorAddress) =>
      store.transaction(async (manager) => {
        await lockAccess(manager);
        const removed = (await allRules(manager)).find((rule) => rule.id === id);
        if (removed === undefined) throw unknownThing("rule");
        await manager.delete(IpRuleTable, { id });
        refuseLockOut(await allRules(manager), visitorAddress);
        store.afterCommit(() => invalidations.announce());
        return removed;
      }),

    close: stop,
  };
}

function refuseLockOut(rules: readonly IpRule[], visitorAddress: string): void {
  const { access } = bookOf(rules);
  if (access.size > 0 && !access.has(visitorAddress)) {
    throw new AccessError("WOULD_LOCK_OUT", "This would lock out your own IP address.");
  }
}

function bookOf(rules: readonly IpRule[]): RuleBook {
  const of = (purpose: IpRulePurpose): Networks =>
    networksOf(rules.filter((rule) => rule.purpose === purpose).map(({ network }) => network));
  return { access: of("access"), lookups: of("lookups") };
}

async function allRules(manager: EntityManager): Promise<IpRule[]> {
  const rows = await manager.find(IpRuleTable, { order: { purpose: "ASC", id: "ASC" } });
  return rows.map(({ id, purpose, network, note, createdAt }) => ({
    id,
    purpose,
    network,
    note,
    createdAtMs: createdAt,
  }));
}
