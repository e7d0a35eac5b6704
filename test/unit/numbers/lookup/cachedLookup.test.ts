import { expect } from "chai";
import { createLocalBus } from "../../../../src/bus/localBus.ts";
import type { Mapping } from "../../../../src/values/mapping.ts";
import { isPhoneNumber } from "../../../../src/values/phoneNumber.ts";
import type { PhoneNumber } from "../../../../src/values/phoneNumber.ts";
import { createCachedLookup } from "../../../../src/numbers/lookup/cachedLookup.ts";
import type { CachedLookup } from "../../../../src/numbers/lookup/cachedLookup.ts";
import { createMappingInvalidations } from "../../../../src/numbers/mappings/invalidations.ts";
import type { SharedAnswer, SharedCache } from "../../../../src/numbers/lookup/sharedCache.ts";
import { StoreAwayError } from "../../../../src/store/errors.ts";
import { silentLogger } from "../../../support/silentLogger.ts";
import { VirtualClock } from "../../../../lab/simulated/index.ts";
import { systemClock } from "../../../../src/ops/clock.ts";

const number = (digits: string): PhoneNumber => {
  if (!isPhoneNumber(digits)) throw new Error("no number");
  return digits;
};
const proxy = number("79580000001");
const mappingTo = (realNumber: string): Mapping => ({
  id: 1,
  proxyNumber: proxy,
  realNumber: number(realNumber),
  state: "active",
  expiresAtMs: null,
  callerIdPolicy: null,
  realNumberIsProxy: false,
});
const first = mappingTo("79001112233");
const second = mappingTo("79001112244");

/** A database query, answered by the test. */
interface Question {
  answer(mapping: Mapping | null): void;
  fail(error: Error): void;
}

function setUp(shared: SharedCache | null = null, { sharesUnknown = true } = {}) {
  const clock = { ...systemClock, ms: 1_000_000, nowMs: () => clock.ms };
  const questions: Question[] = [];
  const counted: string[] = [];
  const bus = createLocalBus({ logger: silentLogger });
  const lookup: CachedLookup = createCachedLookup(
    {
      load: () =>
        new Promise((answer, fail) => {
          questions.push({ answer, fail });
        }),
      shared,
      bus,
      clock,
      logger: silentLogger,
      onLookup: (source, kind) => counted.push(`${source} ${kind}`),
    },
    {
      localTtlMs: 1000,
      unknownTtlMs: 300,
      localEntries: 100,
      staleMs: 60_000,
      timeoutMs: 1000,
      sharesUnknown,
    },
  );
  const invalidations = createMappingInvalidations({
    clock: systemClock,
    bus,
    shared,
    forget: (numbers) => lookup.forget(numbers),
  });
  const asked = async (times: number): Promise<Question> => {
    // The shared cache responds within a few turns of the event loop.
    for (let turn = 0; turn < 10 && questions.length < times; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const question = questions[times - 1];
    if (!question || questions.length > times) throw new Error(`Asked ${questions.length} times.`);
    return question;
  };
  return { clock, questions, counted, bus, lookup, invalidations, asked };
}

describe("The cached lookup", () => {
  it("queries the database once for concurrent lookups, and not again while the answer is fresh", async () => {
    const { lookup, asked, questions, clock, counted } = setUp();
    const answers = [lookup.find(proxy), lookup.find(proxy), lookup.find(proxy)];
    (await asked(1)).answer(first);
    for (const answer of answers) expect(await answer).to.deep.equal({ kind: "found", mapping: first });
    clock.ms += 999;
    expect(await lookup.find(proxy)).to.deep.equal({ kind: "found", mapping: first });
    expect(lookup.find(proxy)).to.equal(lookup.find(proxy));
    expect(questions).to.have.length(1);
    clock.ms += 1;
    const later = lookup.find(proxy);
    (await asked(2)).answer(second);
    expect(await later).to.deep.equal({ kind: "found", mapping: second });
    expect(counted).to.deep.equal([
      "database found",
      "local found",
      "local found",
      "local found",
      "database found",
    ]);
  });

  it("caches unknown numbers for a shorter time", async () => {
    const { lookup, asked, clock } = setUp();
    const answer = lookup.find(proxy);
    (await asked(1)).answer(null);
    expect(await answer).to.deep.equal({ kind: "unknown" });
    clock.ms += 299;
    expect(await lookup.find(proxy)).to.deep.equal({ kind: "unknown" });
    clock.ms += 1;
    const later = lookup.find(proxy);
    (await asked(2)).answer(first);
    expect(await later).to.deep.equal({ kind: "found", mapping: first });
  });

  it("queries again at once after a change", async () => {
    const { lookup, asked, invalidations } = setUp();
    const answer = lookup.find(proxy);
    (await asked(1)).answer(first);
    await answer;
    await invalidations.announce([number("79580000002"), proxy]);
    const later = lookup.find(proxy);
    (await asked(2)).answer(second);
    expect(await later).to.deep.equal({ kind: "found", mapping: second });
  });

  it("does not cache an answer that was read before a change and arrives after it", async () => {
    const { lookup, asked, invalidations } = setUp();
    const before = lookup.find(proxy);
    const old = await asked(1);
    await invalidations.announce([proxy]);
    const after = lookup.find(proxy);
    const fresh = await asked(2);
    fresh.answer(second);
    expect(await after).to.deep.equal({ kind: "found", mapping: second });
    old.answer(first);
    expect(await before).to.deep.equal({ kind: "found", mapping: first });
    expect(await lookup.find(proxy)).to.deep.equal({ kind: "found", mapping: second });
  });

  it("applies changes on other instances, and ignores malformed messages", async () => {
    const { lookup, asked, bus } = setUp();
    const answer = lookup.find(proxy);
    (await asked(1)).answer(first);
    await answer;
    for (const nonsense of [null, 17, {}, [null, "x", {}]]) bus.publish("mappings.changed", nonsense);
    expect(await lookup.find(proxy)).to.deep.equal({ kind: "found", mapping: first });
    bus.publish("mappings.changed", [proxy]);
    const later = lookup.find(proxy);
    (await asked(2)).answer(second);
    expect(await later).to.deep.equal({ kind: "found", mapping: second });
    lookup.close();
    bus.publish("mappings.changed", [proxy]);
    expect(await lookup.find(proxy)).to.deep.equal({ kind: "found", mapping: second });
  });

  it("serves stale entries during a database outage, for a limited time", async () => {
    const { lookup, asked, clock, counted } = setUp();
    const answer = lookup.find(proxy);
    (await asked(1)).answer(first);
    await answer;
    clock.ms += 60_000;
    const stale = lookup.find(proxy);
    (await asked(2)).fail(new StoreAwayError());
    expect(await stale).to.deep.equal({ kind: "found", mapping: first });
    clock.ms += 1;
    const tooOld = lookup.find(proxy);
    (await asked(3)).fail(new StoreAwayError());
    expect(await tooOld).to.deep.equal({ kind: "unavailable" });
    expect(counted).to.deep.equal(["database found", "local found", "none unavailable"]);
  });

  it("never reports a number as unknown because the database is unavailable", async () => {
    const { lookup, asked, clock } = setUp();
    const answer = lookup.find(proxy);
    (await asked(1)).answer(null);
    await answer;
    clock.ms += 300;
    const later = lookup.find(proxy);
    (await asked(2)).fail(new StoreAwayError());
    expect(await later).to.deep.equal({ kind: "unavailable" });
  });

  it("does not serve an entry that a change has outdated, even during a database outage", async () => {
    const { lookup, asked, invalidations } = setUp();
    const answer = lookup.find(proxy);
    (await asked(1)).answer(first);
    await answer;
    await invalidations.announce([proxy]);
    const later = lookup.find(proxy);
    (await asked(2)).fail(new StoreAwayError());
    expect(await later).to.deep.equal({ kind: "unavailable" });
  });

  it("answers in time if the database does not", async () => {
    const { bus } = setUp();
    const clock = new VirtualClock();
    const slow = createCachedLookup(
      {
        load: () => new Promise(() => undefined),
        shared: null,
        bus,
        clock,
        logger: silentLogger,
      },
      { localTtlMs: 1000, unknownTtlMs: 300, localEntries: 100, staleMs: 60_000, timeoutMs: 1000 },
    );
    const answer = slow.find(proxy);
    await clock.advance(1000);
    expect(await answer).to.deep.equal({ kind: "late" });
  });

  it("does not reject if a bug breaks reading", async () => {
    const { lookup, asked } = setUp();
    const answer = lookup.find(proxy);
    (await asked(1)).fail(new TypeError("a defect"));
    expect(await answer).to.deep.equal({ kind: "unavailable" });
  });

  describe("with a shared cache", () => {
    const seen = (known: SharedAnswer["known"], isFresh: boolean): SharedAnswer => ({
      known,
      isFresh,
      entry: "as read",
      connection: 1,
    });

    function sharedWith(answer: SharedAnswer | null, options?: { readonly sharesUnknown: boolean }) {
      const filled: (Mapping | null)[] = [];
      const shared: SharedCache = {
        get: async () => answer,
        fill: (_number, mapping) => void filled.push(mapping),
        hold: async () => undefined,
        invalidate: async () => undefined,
        remove: async () => undefined,
        invalidateAll: async () => undefined,
      };
      return { filled, ...setUp(shared, options) };
    }

    it("uses its fresh entries, including unknown numbers", async () => {
      const found = sharedWith(seen({ mapping: first, knownAtMs: 999_000 }, true));
      expect(await found.lookup.find(proxy)).to.deep.equal({ kind: "found", mapping: first });
      expect(await found.lookup.find(proxy)).to.deep.equal({ kind: "found", mapping: first });
      expect(found.counted).to.deep.equal(["redis found", "local found"]);
      const none = sharedWith(seen({ mapping: null, knownAtMs: 999_000 }, true));
      expect(await none.lookup.find(proxy)).to.deep.equal({ kind: "unknown" });
      expect(none.questions).to.have.length(0);
    });

    it("queries the database for missing entries, and adds them", async () => {
      const { lookup, asked, filled } = sharedWith(seen(null, false));
      const answer = lookup.find(proxy);
      (await asked(1)).answer(first);
      expect(await answer).to.deep.equal({ kind: "found", mapping: first });
      expect(filled).to.deep.equal([first]);
    });

    it("adds unknown numbers only where that helps others", async () => {
      for (const sharesUnknown of [true, false]) {
        const { lookup, asked, filled } = sharedWith(seen(null, false), { sharesUnknown });
        const answer = lookup.find(proxy);
        (await asked(1)).answer(null);
        expect(await answer).to.deep.equal({ kind: "unknown" });
        expect(filled).to.deep.equal(sharesUnknown ? [null] : []);
      }
    });

    it("adds nothing that a change has outdated meanwhile", async () => {
      const { lookup, asked, filled, invalidations } = sharedWith(seen(null, false));
      const answer = lookup.find(proxy);
      const question = await asked(1);
      await invalidations.announce([proxy]);
      question.answer(first);
      await answer;
      expect(filled).to.deep.equal([]);
    });

    it("serves its stale entries during a database outage, within limits", async () => {
      const old = sharedWith(seen({ mapping: first, knownAtMs: 940_000 }, false));
      const answer = old.lookup.find(proxy);
      (await old.asked(1)).fail(new StoreAwayError());
      expect(await answer).to.deep.equal({ kind: "found", mapping: first });
      const tooOld = sharedWith(seen({ mapping: first, knownAtMs: 939_999 }, false));
      const later = tooOld.lookup.find(proxy);
      (await tooOld.asked(1)).fail(new StoreAwayError());
      expect(await later).to.deep.equal({ kind: "unavailable" });
    });

    it("works without it while it is unavailable", async () => {
      const { lookup, asked, filled } = sharedWith(null);
      const answer = lookup.find(proxy);
      (await asked(1)).answer(first);
      expect(await answer).to.deep.equal({ kind: "found", mapping: first });
      expect(filled).to.deep.equal([]);
    });
  });
});
