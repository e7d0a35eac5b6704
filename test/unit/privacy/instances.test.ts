import { expect } from "chai";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { createInstances } from "../../../src/privacy/instances.ts";
import type { InstanceFindings } from "../../../src/privacy/types.ts";
import { HandClock } from "../ari/support.ts";
import { silentLogger } from "../../support/silentLogger.ts";

describe("Asking all instances for a number", () => {
  it("names an instance that begins and does not end, as incomplete", async () => {
    const clock = new HandClock();
    const bus = createLocalBus({ logger: silentLogger });
    bus.open();
    const found = { spoolLines: 1, callFileLines: 0, importFiles: 2, isComplete: true };
    const never = new Promise<InstanceFindings>(() => undefined);
    const parts = { bus, clock };
    const asking = createInstances({
      ...parts,
      node: "one",
      search: async () => ({ ...found, node: "one" }),
    });
    const hanging = createInstances({ ...parts, node: "two", search: () => never });
    const answer = asking.ask("74957770001", true);
    let isOver = false;
    void answer.then(() => (isOver = true));
    for (let step = 0; step < 8; step += 1) {
      await nextTurn();
      expect(isOver).to.equal(false);
      clock.advance(10_000);
    }
    clock.freeze(20_000);
    expect(await answer).to.deep.equal([
      { ...found, node: "one" },
      { node: "two", spoolLines: 0, callFileLines: 0, importFiles: 0, isComplete: false },
    ]);
    asking.close();
    hanging.close();
    await bus.close();
  });
});
