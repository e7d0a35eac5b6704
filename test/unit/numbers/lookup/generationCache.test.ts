import { expect } from "chai";
import fc from "fast-check";
import { GenerationCache } from "../../../../src/numbers/lookup/generationCache.ts";

describe("The generation cache", () => {
  it("returns only what was last set, and never exceeds its capacity", () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 30 }),
      action: fc.constantFrom("get", "set", "delete"),
      value: fc.integer(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 0, max: 20 }), (steps, capacity) => {
        const cache = new GenerationCache<number, number>(capacity);
        const truth = new Map<number, number>();
        for (const { key, action, value } of steps) {
          if (action === "set") {
            cache.set(key, value);
            truth.set(key, value);
          } else if (action === "delete") {
            cache.delete(key);
            truth.delete(key);
          } else {
            expect(cache.get(key)).to.be.oneOf([undefined, truth.get(key)]);
          }
          expect(cache.size).to.be.at.most(capacity + (capacity % 2));
        }
      }),
    );
  });

  it("keeps entries in use and drops the rest", () => {
    const cache = new GenerationCache<string, number>(10);
    cache.set("wanted", 1);
    for (let index = 0; index < 100; index += 1) {
      cache.set(`passing ${index}`, index);
      expect(cache.get("wanted")).to.equal(1);
    }
    expect(cache.get("passing 0")).to.equal(undefined);
    expect(cache.get("passing 99")).to.equal(99);
  });
});
