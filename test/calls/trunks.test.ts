import { expect } from "chai";
import { RealSystem } from "../support/realCalls.ts";
import { until } from "../support/until.ts";

interface Health {
  readonly status: string;
  readonly parts: Readonly<
    Record<string, { readonly kind: string; readonly status: string; readonly detail?: string }>
  >;
}

describe("trunks of a real Asterisk", function () {
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

  const health = async (): Promise<Health> =>
    (await (await fetch(`${system.application.url}/health`)).json()) as Health;
  const inbound = async () => (await health()).parts["inbound trunk trunk-in"];
  const refusal = async (): Promise<string | undefined> =>
    /Last refusal at \S+: (\w+)\./u.exec((await inbound())?.detail ?? "")?.[1];
  const lastCallMs = async (): Promise<number> =>
    Date.parse(/last call at (\S+Z)\./u.exec((await inbound())?.detail ?? "")?.[1] ?? "");

  it("are monitored: health and metrics show which outbound ones Asterisk can reach", async () => {
    const { url } = system.application;
    await until(async () => (await health()).parts["trunk trunk-out"]?.status === "up");
    const { status, parts } = await health();
    expect(parts["trunk no-such-trunk"]).to.include({ kind: "trunk", status: "degraded" });
    // Calls can be handled all the same.
    expect(status).to.equal("degraded");
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).to.match(/^phone_proxy_trunk_reachable\{trunk="trunk-out",.*\} 1$/mu);
    expect(metrics).to.match(/^phone_proxy_trunk_reachable\{trunk="no-such-trunk",.*\} 0$/mu);
  });

  it("are monitored: health and metrics show the last call and the last refusal of the inbound one", async () => {
    const beganMs = Date.now();
    const { proxy } = await system.mapped("busy");
    await system.dial(proxy).result;
    await until(async () => (await lastCallMs()) >= beganMs - 1_000);
    expect(await inbound()).to.include({ kind: "inboundTrunk", status: "up" });
    const before = await refusal();

    const disabled = await system.mapped("answers", { state: "disabled" });
    await system.dial(disabled.proxy).result;
    await until(async () => (await refusal()) === "disabled");
    expect(before, "what the callee refuses is no refusal of the trunk").to.not.equal("busy");

    // The dialplan alone refuses this one, and the next controller knows.
    await system.application.stop("the dialplan handles calls");
    const expired = await system.mapped("answers", { expires_at: "2020-01-01 00:00:00" });
    await system.dial(expired.proxy).result;
    await system.startApplication();
    await until(async () => (await refusal()) === "expired");

    const unknown = [1, 2, 3].map(() => system.freeProxyNumber());
    for (const number of unknown) await system.dial(number).result;
    await until(async () => (await inbound())?.status === "degraded");
    const { detail = "" } = (await inbound()) ?? {};
    expect(detail).to.match(/: unknown_number\. The newest calls were all to unknown numbers\.$/u);
    for (const number of unknown) expect(detail).to.not.contain(number);
    const metrics = await (await fetch(`${system.application.url}/metrics`)).text();
    for (const what of ["call", "refusal"]) {
      const name = `phone_proxy_inbound_trunk_last_${what}_timestamp_seconds`;
      const seconds = new RegExp(`^${name}\\{trunk="trunk-in".*\\} ([\\d.e+]+)$`, "mu").exec(metrics)?.[1];
      expect(Number(seconds) * 1000, name).to.be.within(beganMs - 1_000, Date.now() + 1_000);
    }
    await system.dial(proxy).result;
    await until(async () => (await inbound())?.status === "up");
  });
});
