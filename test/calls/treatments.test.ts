import { expect } from "chai";
import { caller, RealSystem } from "../support/realCalls.ts";
import { headerValues } from "../support/sipp.ts";

describe("numbers that are not to be called, on a real Asterisk", function suite() {
  this.timeout(30_000);
  let system: RealSystem;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749574");
  });
  after(async () => {
    await system?.stop();
  });

  const invitesTo = (real: string) => system.callees.messagesOf(real);

  it("turns an unknown number away with 404 and dials nobody", async () => {
    const proxy = system.freeProxyNumber();
    const before = system.callees.messages().length;
    const result = await system.dial(proxy).result;
    expect(result.finalCode).to.equal(404);
    expect(result.provisionalCodes).not.to.include(183);
    expect(await system.recordOf(proxy)).to.include({
      call_status: "unknown_number",
      real_phone: null,
      outbound_trunk: null,
    });
    expect(system.callees.messages().length).to.equal(before);
  });

  it("finds the mapping of a number dialled with a plus sign", async () => {
    const { proxy } = await system.mapped("answers");
    expect((await system.dial(`+${proxy}`).result).finalCode).to.equal(200);
    expect((await system.recordOf(proxy)).call_status).to.equal("answered");
  });

  for (const [words, columns, sip, status] of [
    ["disabled", { state: "disabled" }, 403, "disabled"],
    ["expired by state", { state: "expired" }, 410, "expired"],
    ["expired by time", { expires_at: "2020-01-01 00:00:00" }, 410, "expired"],
    ["released and resting", { state: "quarantined" }, 410, "quarantined"],
  ] as const)
    it(`refuses a number that is ${words} with ${sip}`, async () => {
      const { proxy, real } = await system.mapped("answers", columns);
      expect((await system.dial(proxy).result).finalCode).to.equal(sip);
      expect((await system.recordOf(proxy)).call_status).to.equal(status);
      expect(invitesTo(real)).to.deep.equal([]);
    });

  it("ends a real number that is itself a proxy number as a loop", async () => {
    const inner = await system.mapped("answers");
    const outer = system.freeProxyNumber();
    await system.mapTo(outer, inner.proxy);
    const result = await system.dial(outer).result;
    expect(result.answered).to.equal(false);
    expect(await system.recordOf(outer)).to.include({
      call_status: "loop",
      status_reason: "real_number_is_proxy",
    });
    expect(invitesTo(inner.real)).to.deep.equal([]);
  });

  it("marks the legs that it sends out, and ends a call that comes back with the mark at one hop", async () => {
    const { proxy, real } = await system.mapped("answers");
    await system.dial(proxy).result;
    const mark = headerValues(await system.callees.invited(real), "X-Phone-Proxy-Hop")[0];
    expect(mark).to.equal("1");

    const other = await system.mapped("answers");
    const result = await system.dial(other.proxy, { identityHeaders: [`X-Phone-Proxy-Hop: ${mark}`] }).result;
    expect(result.answered).to.equal(false);
    expect(await system.recordOf(other.proxy)).to.include({
      call_status: "loop",
      status_reason: "came_back",
    });
    expect(invitesTo(other.real)).to.deep.equal([]);
  });

  it("knows a call that comes back without the mark by the proxy number that it shows", async () => {
    const first = await system.mapped("ringsForEver");
    const second = await system.mapped("answers");
    const ringing = system.dial(first.proxy, { script: { kind: "waits" } });
    await ringing.gets(180);
    // The callee's phone forwards to another proxy number: the network shows what we showed.
    const forwarded = await system.dial(second.proxy, { from: first.proxy, callerName: "x" }).result;
    expect(forwarded.answered).to.equal(false);
    expect((await system.recordOf(second.proxy)).call_status).to.equal("loop");
    expect(invitesTo(second.real)).to.deep.equal([]);
    expect((await ringing.result).finalCode).to.equal(480);
  });

  it("ends a call at its maximum length for both", async () => {
    await system.application.stop("settings change");
    await system.startApplication({ MAX_CALL_SECONDS: "1" });
    const { proxy } = await system.mapped("answers");
    const result = await system.dial(proxy, { script: { kind: "waits" } }).result;
    expect(result.hungUpBy).to.equal("callee");
    expect(await system.recordOf(proxy)).to.include({
      call_status: "answered",
      status_reason: "max_length",
      call_duration: 1,
    });
  });

  it("plays the announcement first where one is configured, unanswered and free of charge", async () => {
    await system.application.stop("settings change");
    await system.startApplication({ ANNOUNCEMENT_UNKNOWN: "sound:ss-noservice" });
    const proxy = system.freeProxyNumber();
    const result = await system.dial(proxy).result;
    expect(result.provisionalCodes).to.include(183);
    expect(result.finalCode).to.equal(404);
    const record = await system.recordOf(proxy);
    expect(record).to.include({ call_status: "unknown_number", answered_at: null });
    expect(record.caller_id).to.equal(caller.number);
  });

  it("tries the next trunk when the first is out of order", async () => {
    await system.application.stop("settings change");
    await system.startApplication({
      OUTBOUND_TRUNKS: JSON.stringify([{ name: "no-such-trunk" }, { name: "trunk-out" }]),
    });
    const { proxy } = await system.mapped("answers");
    expect((await system.dial(proxy).result).finalCode).to.equal(200);
    expect(await system.recordOf(proxy)).to.include({
      call_status: "answered",
      outbound_trunk: "trunk-out",
    });
    await system.quiet();
  });
});
