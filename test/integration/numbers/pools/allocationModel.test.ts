import { expect } from "chai";
import type { PhoneNumber } from "../../../../src/values/phoneNumber.ts";
import type { Store } from "../../../../src/store/types.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { numbersOn, phone, range, realNumber } from "../../../support/numbers.ts";
import type { Numbers } from "../../../support/numbers.ts";

const quarantineSeconds = 60;
const seeds = [1, 2, 3, 4, 5, 6];
const steps = 90;
const reserve = 60;
const firstNumber = 79_580_000_000;

/** Park and Miller's generator: the same numbers for the same seed, so that failures are reproducible. */
function randomOf(seed: number): (below: number) => number {
  let state = seed * 7919;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

interface Held {
  readonly id: number;
  readonly real: PhoneNumber;
}

/** A simple, slow model of a pool. */
class Model {
  readonly members = new Set<PhoneNumber>();
  readonly blocked = new Set<PhoneNumber>();
  readonly used = new Map<PhoneNumber, Held>();
  /** Start of the current state. */
  readonly quarantined = new Map<PhoneNumber, number>();
  /** Free numbers that were used or blocked before, by the end of that or the start of their release. */
  readonly rested = new Map<PhoneNumber, number>();
  enabled = true;

  get free(): readonly PhoneNumber[] {
    return [...this.members].filter(
      (one) => !this.used.has(one) && !this.quarantined.has(one) && !this.blocked.has(one),
    );
  }

  /** Free numbers that were never used. */
  get fresh(): readonly PhoneNumber[] {
    return this.free.filter((one) => !this.rested.has(one));
  }

  get counts() {
    const free = this.free.length;
    const { size: used } = this.used;
    const { size: quarantined } = this.quarantined;
    const total = this.members.size;
    return { total, free, used, quarantined, blocked: total - free - used - quarantined };
  }

  endQuarantines(nowMs: number): void {
    for (const [number, sinceMs] of this.quarantined) {
      if (sinceMs + quarantineSeconds * 1000 > nowMs) continue;
      this.quarantined.delete(number);
      if (!this.blocked.has(number)) this.rested.set(number, sinceMs);
    }
  }
}

describe("The numbers of a pool through random operations", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;
    let poolId: number;
    let model: Model;
    let random: (below: number) => number;
    let nextReal: number;
    let extended: number;

    const pick = <Item>(from: readonly Item[], atMost: number): Item[] => {
      const left = [...from];
      return Array.from({ length: Math.min(left.length, 1 + random(atMost)) }, () => {
        const [taken] = left.splice(random(left.length), 1);
        if (taken === undefined) throw new Error("Nothing is left.");
        return taken;
      });
    };

    async function take(): Promise<void> {
      const count = 1 + random(8);
      const rows = Array.from({ length: count }, () => ({ realNumber: realNumber((nextReal += 1)) }));
      const mapping = numbers.mapper.map(rows, { poolId });
      if (!model.enabled) {
        expect(
          await mapping.then(
            () => null,
            (error: unknown) => error,
          ),
        ).to.have.property("code", "NO_POOL");
        return;
      }
      const results = await mapping;
      const fresh = new Set(model.fresh);
      const given = results.flatMap((one) => (one.kind === "created" ? [one.proxyNumber] : []));
      expect(new Set(given).size, "no number twice").to.equal(given.length);
      const fromFresh = given.slice(0, Math.min(count, fresh.size));
      for (const number of fromFresh) expect(fresh.has(number), "unused numbers first").to.equal(true);
      const others = given.slice(fromFresh.length);
      // Quarantines that are over are ended only when there is nothing else, and then as many as are needed.
      if (count > fresh.size) model.endQuarantines(numbers.clock.at);
      const waiting = [...model.rested].filter(([number]) => model.free.includes(number));
      const order = waiting.sort(([one, a], [other, b]) => a - b || (one < other ? -1 : 1));
      expect(given.length).to.equal(Math.min(count, fresh.size + order.length));
      expect(
        others.map((number) => model.rested.get(number)),
        "then the longest-rested",
      ).to.deep.equal(order.slice(0, others.length).map(([, since]) => since));
      for (const [index, number] of given.entries()) {
        const real = rows[index]?.realNumber;
        const found = real === undefined ? null : await numbers.repository.findByReal(real);
        if (!found) throw new Error("A mapping is not there.");
        expect(found.proxyNumber).to.equal(number);
        model.used.set(number, { id: found.id, real: found.realNumber ?? number });
        model.rested.delete(number);
      }
      for (const result of results.slice(given.length))
        expect(result).to.have.property("code", "POOL_EXHAUSTED");
    }

    async function release(): Promise<void> {
      for (const [number, { id }] of pick([...model.used], 4)) {
        await numbers.editor.release(id);
        model.used.delete(number);
        model.quarantined.set(number, numbers.clock.at);
        numbers.clock.at += 10;
      }
    }

    async function undo(): Promise<void> {
      const some = pick([...model.used], 3);
      await numbers.discard(some.map(([, { id }]) => id));
      for (const [number] of some) {
        model.used.delete(number);
        if (!model.blocked.has(number)) model.rested.set(number, numbers.clock.at);
      }
      numbers.clock.at += 10;
    }

    async function rest(): Promise<void> {
      numbers.clock.at += random(quarantineSeconds * 1000);
      await numbers.keeper.run();
      model.endQuarantines(numbers.clock.at);
    }

    async function block(): Promise<void> {
      const some = pick([...model.members], 3);
      await numbers.pools.block(poolId, some);
      for (const number of some) {
        model.blocked.add(number);
        model.rested.delete(number);
      }
    }

    async function unblock(): Promise<void> {
      const some = pick([...model.blocked], 3);
      await numbers.pools.unblock(poolId, some);
      for (const number of some) {
        model.blocked.delete(number);
        if (!model.used.has(number) && !model.quarantined.has(number))
          model.rested.set(number, numbers.clock.at);
      }
      numbers.clock.at += 10;
    }

    async function shrink(): Promise<void> {
      const some = pick([...model.members], 4);
      model.endQuarantines(numbers.clock.at);
      const isUnused = some.every((one) => !model.used.has(one) && !model.quarantined.has(one));
      const shrinking = numbers.pools.shrink(poolId, { numbers: some });
      if (!isUnused) {
        expect(
          await shrinking.then(
            () => null,
            (error: unknown) => error,
          ),
        ).to.have.property("code", "NUMBERS_IN_USE");
        // A rejected request has not ended any quarantine.
        await numbers.keeper.run();
        return;
      }
      await shrinking;
      for (const number of some) {
        model.members.delete(number);
        model.blocked.delete(number);
        model.rested.delete(number);
      }
    }

    async function extend(): Promise<void> {
      const gone = Array.from({ length: extended }, (_, index) => phone(String(firstNumber + index))).filter(
        (one) => !model.members.has(one),
      );
      const back = gone.length > 0 && random(2) === 0 ? pick(gone, 3) : [];
      const count = back.length > 0 ? 0 : Math.min(3, reserve - extended);
      const added = Array.from({ length: count }, (_, index) =>
        phone(String(firstNumber + extended + index)),
      );
      const [from] = added;
      const to = added.at(-1);
      await numbers.pools.extend(poolId, {
        numbers: back,
        ranges: from === undefined || to === undefined ? [] : [range(from, to)],
      });
      extended += count;
      for (const number of [...back, ...added]) model.members.add(number);
    }

    async function toggle(): Promise<void> {
      model.enabled = !model.enabled;
      await numbers.pools.update(poolId, { enabled: model.enabled });
    }

    const all = [
      take,
      take,
      take,
      take,
      release,
      release,
      undo,
      rest,
      rest,
      block,
      unblock,
      shrink,
      extend,
      toggle,
    ];

    async function check(did: string): Promise<void> {
      const { counts } = await numbers.pools.get(poolId);
      expect(counts, did).to.deep.equal(model.counts);
      const { free, used, quarantined, blocked, total } = counts;
      expect(free + used + quarantined + blocked).to.equal(total);
      const stored: { fake_phone: string }[] = await store.read((manager) =>
        manager.query("SELECT fake_phone FROM phone_mappings ORDER BY fake_phone"),
      );
      expect(
        stored.map(({ fake_phone }) => fake_phone),
        did,
      ).to.deep.equal([...model.used.keys(), ...model.quarantined.keys()].sort());
    }

    for (const seed of seeds) {
      it(`have correct counts, and are assigned once, those released first before others: seed ${seed}`, async function story() {
        this.timeout(120_000);
        ({ store } = await open());
        numbers = numbersOn(store);
        random = randomOf(seed);
        model = new Model();
        nextReal = 0;
        extended = 24;
        const last = String(firstNumber + extended - 1);
        poolId = await numbers.pools.create({
          name: "small",
          ranges: [range(String(firstNumber), last)],
          quarantineSeconds,
        });
        for (let index = 0; index < extended; index += 1)
          model.members.add(phone(String(firstNumber + index)));
        const told: string[] = [];
        for (let step = 0; step < steps; step += 1) {
          const act = all[random(all.length)];
          if (!act) throw new Error("There is nothing to be done.");
          const isPossible =
            (act !== release && act !== undo) || model.used.size > 0
              ? act !== unblock || model.blocked.size > 0
              : false;
          if (!isPossible) continue;
          told.push(act.name);
          await act();
          await check(told.join(", "));
        }

        // In the end, exactly the free numbers can be assigned, once each.
        if (!model.enabled) await toggle();
        numbers.clock.at += quarantineSeconds * 1000;
        model.endQuarantines(numbers.clock.at);
        const free = new Set(model.free);
        const results = await numbers.mapper.map(
          Array.from({ length: free.size + 3 }, () => ({ realNumber: realNumber((nextReal += 1)) })),
          { poolId },
        );
        const given = results.flatMap((one) => (one.kind === "created" ? [one.proxyNumber] : []));
        expect(given.toSorted()).to.deep.equal([...free].sort());
        expect((await numbers.pools.get(poolId)).counts).to.include({ free: 0 });
      });
    }
  });
});
