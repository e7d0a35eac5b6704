import { expect } from "chai";
import { RealSystem } from "../support/realCalls.ts";
import { until } from "../support/until.ts";

interface Health {
  readonly status: string;
  readonly parts: Readonly<Record<string, { readonly kind: string; readonly status: string }>>;
}

describe("outbound trunks of a real Asterisk", function () {
  this.timeout(60_000);
  let system: RealSystem;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749580", {
      OUTBOUND_TRUNKS: JSON.stringify([{ name: "trunk-out" }, { name: "no-such-trunk" }]),
    });
  });
  after(async () => {
    await system?.stop();
  });

  it("are monitored: health and metrics show which of them Asterisk can reach", async () => {
    const { url } = system.application;
    const health = async () => (await (await fetch(`${url}/health`)).json()) as Health;
    await until(async () => (await health()).parts["trunk trunk-out"]?.status === "up");
    const { status, parts } = await health();
    expect(parts["trunk no-such-trunk"]).to.include({ kind: "trunk", status: "degraded" });
    // Calls can be handled all the same.
    expect(status).to.equal("degraded");
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).to.match(/^phone_proxy_trunk_reachable\{trunk="trunk-out",.*\} 1$/mu);
    expect(metrics).to.match(/^phone_proxy_trunk_reachable\{trunk="no-such-trunk",.*\} 0$/mu);
  });
});
