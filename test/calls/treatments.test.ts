import { expect } from "chai";
import { asteriskCli } from "../../lab/lab.ts";
import { type CallRow, caller, RealSystem } from "../support/realCalls.ts";
import { SipSender } from "../support/sipSender.ts";
import { type CallerScript, headerValues } from "../support/sipp.ts";
import { until } from "../support/until.ts";

const diversionOf = (real: string): string =>
  `Diversion: <sip:${real}@provider.invalid>;reason=unconditional`;

describe("numbers that must not be called, on a real Asterisk", function suite() {
  this.timeout(60_000);
  let system: RealSystem;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749574");
  });
  after(async () => {
    await system?.stop();
  });

  const invitesTo = (real: string) => system.callees.messagesOf(real);

  /** In the order in which the calls came. */
  const statusesOf = async (proxy: string): Promise<string[]> => {
    const [rows] = await system.database.query<CallRow[]>(
      "SELECT * FROM call_logs WHERE fake_phone = ? ORDER BY call_timestamp",
      [proxy],
    );
    return rows.map(({ call_status }) => call_status);
  };

  it("rejects an unknown number with 404 without dialling", async () => {
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

  it("refuses calls at once while the controller falls behind, and records and counts them", async () => {
    const { proxy, real } = await system.mapped("answers");
    const { url } = system.application;
    const counted = async (): Promise<number> =>
      Number(
        /^phone_proxy_calls_overload_total\{.*\} (\d+)$/mu.exec(
          await (await fetch(`${url}/metrics`)).text(),
        )?.[1],
      );
    const before = await counted();
    await asteriskCli("dialplan set global PP_SHED 9999999999-100");
    try {
      const { finalCode, provisionalCodes } = await system.dial(proxy).result;
      expect(finalCode).to.equal(503);
      expect(provisionalCodes).not.to.include.members([180, 183]);
    } finally {
      // Expired.
      await asteriskCli("dialplan set global PP_SHED 1700000000-100");
    }
    expect(await system.recordOf(proxy)).to.include({
      call_status: "overload",
      caller_id: caller.number,
      cause: 42,
      ended_by: "system",
      answered_at: null,
      outbound_trunk: null,
    });
    expect(invitesTo(real)).to.deep.equal([]);
    await until(async () => (await counted()) === before + 1);
    const other = await system.mapped("answers");
    expect((await system.dial(other.proxy).result).finalCode).to.equal(200);
  });

  it("answers each call of a flood, of which it refuses a share, and records it once", async () => {
    const sender = await SipSender.open(system.lab.inboundProvider.host, system.lab.sip);
    const numbers = Array.from({ length: 100 }, () => system.freeProxyNumber());
    await asteriskCli("dialplan set global PP_SHED 9999999999-60");
    try {
      for (const number of numbers) sender.invite(`flood-${number}`, { user: number });
      const codes = new Map<string, number>();
      for (const number of numbers) codes.set(number, await sender.finalCode(`flood-${number}`));
      const recorded = async (): Promise<readonly CallRow[]> => {
        const [rows] = await system.database.query<CallRow[]>(
          "SELECT * FROM call_logs WHERE fake_phone IN (?)",
          [numbers],
        );
        return rows;
      };
      await until(async () => (await recorded()).length >= numbers.length);
      const rows = await recorded();
      expect(rows).to.have.length(numbers.length);
      for (const { fake_phone: number, call_status } of rows)
        expect(codes.get(number)).to.equal(call_status === "overload" ? 503 : 404);
    } finally {
      await asteriskCli("dialplan set global PP_SHED 1700000000-100");
      await sender.close();
    }
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
    it(`rejects a number that is ${words} with ${sip}`, async () => {
      const { proxy, real } = await system.mapped("answers", columns);
      expect((await system.dial(proxy).result).finalCode).to.equal(sip);
      expect((await system.recordOf(proxy)).call_status).to.equal(status);
      expect(invitesTo(real)).to.deep.equal([]);
    });

  it("ends a call to a real number that is a proxy number as a loop", async () => {
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

  it("marks outbound legs, and ends a call that comes back with the mark at one hop", async () => {
    const { proxy, real } = await system.mapped("answers");
    await system.dial(proxy).result;
    const mark = headerValues(await system.callees.invited(real), "X-Phone-Proxy-Hop")[0];
    expect(mark).to.equal("lab");

    const other = await system.mapped("answers");
    const result = await system.dial(other.proxy, { identityHeaders: [`X-Phone-Proxy-Hop: ${mark}`] }).result;
    expect(result.answered).to.equal(false);
    expect(await system.recordOf(other.proxy)).to.include({
      call_status: "loop",
      status_reason: "came_back",
    });
    expect(invitesTo(other.real)).to.deep.equal([]);
  });

  it("detects a call that comes back without the mark by the proxy number it shows", async () => {
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

  for (const [policy, columns, from] of [
    ["the caller's number", { caller_id_policy: "caller" }, caller.number],
    ["a fixed number", { caller_id_policy: "fixed", caller_id_number: "78005553535" }, "78005553535"],
  ] as const)
    it(`detects a forwarded call without the mark if the callee sees ${policy}, but not redialling`, async () => {
      const { proxy, real } = await system.mapped("ringsForEver", columns);
      // The ring time ends after 3 s.
      const rings: CallerScript = { kind: "cancels", after: 180, afterMs: 2_500 };
      const first = system.dial(proxy, { script: rings });
      await first.gets(180);
      const back = await system.dial(proxy, { from, identityHeaders: [diversionOf(real)] }).result;
      expect(back.answered).to.equal(false);
      expect(back.provisionalCodes).not.to.include(180);
      expect((await first.result).finalCode).to.equal(487);
      expect((await system.dial(proxy, { from, script: rings }).result).finalCode).to.equal(487);
      await until(async () => (await statusesOf(proxy)).length === 3);
      expect(await statusesOf(proxy)).to.deep.equal(["cancelled", "loop", "cancelled"]);
      const legs = invitesTo(real).filter(({ startLine }) => startLine.startsWith("INVITE "));
      expect(legs).to.have.length(2);
    });

  it("detects a call that comes back with the number of the owner who forwards it", async () => {
    const { proxy, real } = await system.mapped("ringsForEver");
    const first = system.dial(proxy, { script: { kind: "cancels", after: 180, afterMs: 2_500 } });
    await first.gets(180);
    // That caller is the callee: Asterisk's messages to this party contain its own number.
    await system.database.query("INSERT INTO call_logs SET ?, call_timestamp = UTC_TIMESTAMP(3)", [
      {
        call_id: `to-return-${proxy}`,
        fake_phone: proxy,
        real_phone: real,
        caller_id: "79990000001",
        call_status: "busy",
      },
    ]);
    const back = system.dial(proxy, { from: real, identityHeaders: [diversionOf(real)] });
    await back.until(
      (messages) => messages.find((one) => /^SIP\/2.0 [4-6]/u.test(one.startLine)),
      "a refusal",
    );
    await back.result;
    await first.result;
    await until(async () => (await statusesOf(proxy)).length === 3);
    expect((await statusesOf(proxy)).toSorted()).to.deep.equal(["busy", "cancelled", "loop"]);
  });

  it("ends a call for both at its maximum length", async () => {
    await system.application.stop("settings change");
    await system.startApplication({ MAX_CALL_SECONDS: "1" });
    const { proxy } = await system.mapped("answers");
    const result = await system.dial(proxy, { script: { kind: "waits" } }).result;
    expect(result.hungUpBy).to.equal("callee");
    const record = await system.recordOf(proxy);
    expect(record).to.include({ call_status: "answered", status_reason: "max_length" });
    // Whole seconds: a busy machine may end it half a second later.
    expect(record.call_duration).to.be.within(1, 3);
  });

  it("plays a configured announcement first, unanswered and free of charge", async () => {
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

  for (const [setting, columns, sip, status] of [
    ["ANNOUNCEMENT_DISABLED", { state: "disabled" }, 403, "disabled"],
    ["ANNOUNCEMENT_EXPIRED", { state: "expired" }, 410, "expired"],
    ["ANNOUNCEMENT_EXPIRED", { state: "quarantined" }, 410, "quarantined"],
  ] as const)
    it(`plays ${setting} before rejecting a number that is ${columns.state}`, async () => {
      await system.application.stop("settings change");
      await system.startApplication({ [setting]: "sound:ss-noservice" });
      const { proxy, real } = await system.mapped("answers", columns);
      const result = await system.dial(proxy).result;
      expect(result.provisionalCodes).to.include(183);
      expect(result.finalCode).to.equal(sip);
      expect(await system.recordOf(proxy)).to.include({ call_status: status, answered_at: null });
      expect(invitesTo(real)).to.deep.equal([]);
    });

  it("handles a hangup during an announcement", async () => {
    await system.application.stop("settings change");
    await system.startApplication({ ANNOUNCEMENT_UNKNOWN: "sound:ss-noservice" });
    const proxy = system.freeProxyNumber();
    const result = await system.dial(proxy, { script: { kind: "cancels", after: 183, afterMs: 200 } }).result;
    expect(result.finalCode).to.equal(487);
    expect(await system.recordOf(proxy)).to.include({ call_status: "unknown_number", answered_at: null });
    await system.quiet();
  });

  describe("shows the callee what the policy of the trunk says", () => {
    const shownBy = async (callerId: string, columns: Record<string, string> = {}): Promise<string[]> => {
      await system.application.stop("settings change");
      await system.startApplication({ OUTBOUND_TRUNKS: JSON.stringify([{ name: "trunk-out", callerId }]) });
      const mapped = await system.mapped("answers", columns);
      if (callerId === "caller" && columns["caller_id_policy"] === undefined) system.showsCaller(mapped);
      await system.dial(mapped.proxy).result;
      const invite = await system.callees.invited(mapped.real);
      const told = ["From", "P-Asserted-Identity", "Remote-Party-ID"].flatMap((name) =>
        headerValues(invite, name),
      );
      return told.map((value) => /sip:([^@]*)@/u.exec(value)?.[1]?.replace(mapped.proxy, "PROXY") ?? "");
    };

    for (const [callerId, shown] of [
      ["caller", [caller.number, caller.number, caller.number]],
      ["proxy", ["PROXY", "PROXY", "PROXY"]],
      ["fixed:78005553535", ["78005553535", "78005553535", "78005553535"]],
      ["anonymous", ["anonymous"]],
    ] as const)
      it(callerId, async () => {
        expect(await shownBy(callerId)).to.deep.equal(shown);
      });

    it("and the mapping's policy before it", async () => {
      expect(await shownBy("caller", { caller_id_policy: "proxy" })).to.deep.equal([
        "PROXY",
        "PROXY",
        "PROXY",
      ]);
    });
  });

  it("tries the next trunk if the first is down", async () => {
    await system.application.stop("settings change");
    await system.startApplication({
      OUTBOUND_TRUNKS: JSON.stringify([{ name: "no-such-trunk" }, { name: "trunk-out" }]),
    });
    const diverted = [`Diversion: <sip:74957770000@example.com>;reason=unconditional`];
    for (const [columns, identityHeaders] of [
      [{}, []],
      // Not a loop: the call itself was on the first trunk.
      [{ caller_id_policy: "caller" }, diverted],
    ] as const) {
      const { proxy } = await system.mapped("answers", columns);
      expect((await system.dial(proxy, { identityHeaders }).result).finalCode).to.equal(200);
      expect(await system.recordOf(proxy)).to.include({
        call_status: "answered",
        outbound_trunk: "trunk-out",
      });
    }
    await system.quiet();
  });
});
