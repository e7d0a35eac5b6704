import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { FairQueue } from "../../../src/access/fairQueue.ts";

describe("A fair queue", () => {
  let queue: FairQueue;
  /** In the order in which they began. */
  let begun: string[];
  let refused: string[];
  let finish: (() => void)[];

  beforeEach(() => {
    queue = new FairQueue({ concurrency: 1, mostWaiting: 5, refusal: () => new Error("no room") });
    begun = [];
    refused = [];
    finish = [];
  });

  /** `a/anna` is Anna at the address `a`, `a/anna!` where she is known. */
  function ask(...asked: string[]): void {
    for (const text of asked) {
      const [network = "", name = ""] = text.split("/");
      queue
        .run({ network, name, known: name.endsWith("!") }, async () => {
          begun.push(text);
          await new Promise<void>((resolve) => finish.push(resolve));
        })
        .catch(() => refused.push(text));
    }
  }

  async function finishAll(): Promise<void> {
    for (;;) {
      await setImmediate();
      const next = finish.shift();
      if (next === undefined) return;
      next();
    }
  }

  it("passes turns from address to address, and at each from name to name", async () => {
    ask("first/x", "a/anna", "a/anna", "a/boris", "b/carl", "a/anna");
    await finishAll();
    expect(begun).to.deep.equal(["first/x", "a/anna", "b/carl", "a/boris", "a/anna", "a/anna"]);
    expect(refused).to.deep.equal([]);
  });

  it("lets the known take turns with all others", async () => {
    ask("first/x", "a/1", "b/2", "c/3", "d/known!", "d/other!");
    await finishAll();
    expect(begun).to.deep.equal(["first/x", "d/known!", "a/1", "d/other!", "b/2", "c/3"]);
  });

  it("has room for every address: the one with the most waiting loses its last", async () => {
    ask("first/x", ...Array.from({ length: 20 }, (_, index) => `flood/${index % 2}`));
    await setImmediate();
    expect(refused).to.have.length(15);
    ask("b/anna", "c/boris");
    await finishAll();
    expect(refused).to.have.length(17);
    expect(refused.filter((text) => !text.startsWith("flood"))).to.deep.equal([]);
    expect(begun).to.have.length(6).and.to.include.members(["b/anna", "c/boris"]);
  });

  it("runs as many at once as it may, again after work that failed", async () => {
    queue = new FairQueue({ concurrency: 2, mostWaiting: 5, refusal: () => new Error("no room") });
    const place = { network: "a", name: "anna", known: false };
    const failed = queue.run(place, async () => {
      throw new Error("wrong");
    });
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property("message", "wrong");
    ask("a/1", "a/2", "a/3");
    await setImmediate();
    expect(begun).to.deep.equal(["a/1", "a/2"]);
    await finishAll();
    expect(begun).to.have.length(3);
  });
});
