import { expect } from "chai";
import { createTrunkWatch } from "../../../src/calls/trunkWatch.ts";
import { SimulatedAsterisk, VirtualClock } from "../../../lab/simulated/index.ts";

describe("The trunk watch", () => {
  it("knows nothing without Asterisk, and polls once connected", async () => {
    const clock = new VirtualClock();
    const asterisk = new SimulatedAsterisk({ clock });
    const ari = asterisk.connection();
    const watch = createTrunkWatch({ ari, trunk: "trunk-out", clock });
    expect(watch).to.include({ reachable: null });
    expect(watch.health.status).to.equal("off");
    ari.open();
    await clock.runUntil(() => watch.reachable === 1);
    expect(watch.health.status).to.equal("up");
    await ari.close();
    expect(watch.health.status).to.equal("off");
    watch.close();
  });

  it("notices a trunk that goes down and comes back", async () => {
    const clock = new VirtualClock();
    const asterisk = new SimulatedAsterisk({ clock });
    const ari = asterisk.connection();
    const watch = createTrunkWatch({ ari, trunk: "trunk-out", clock });
    ari.open();
    await clock.runUntil(() => watch.reachable === 1);
    asterisk.trunk("trunk-out", { reachable: false });
    await clock.runUntil(() => watch.reachable === 0);
    expect(watch.health).to.deep.equal({
      status: "degraded",
      detail: "Trunk trunk-out does not answer Asterisk.",
    });
    asterisk.trunk("trunk-out", { reachable: true });
    await clock.runUntil(() => watch.reachable === 1);
    watch.close();
    await ari.close();
  });
});
