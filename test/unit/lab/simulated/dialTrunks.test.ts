import { expect } from "chai";
import { calleeNamed, realNumberOf } from "../../../../lab/simulated/index.ts";
import type { SimulatedAsteriskOptions } from "../../../../lab/simulated/index.ts";
import { lineFacts, toldBy } from "../../../support/callCourses.ts";
import { endLineOf } from "../../../support/callFile.ts";
import type { DialLab } from "./fixtures.ts";
import { aDialLab, ask, callerNumber, proxyNumber, typesOf } from "./fixtures.ts";

const answers = realNumberOf("answers");

/** Two trunks, the first of which is tried first. */
const twoTrunks = async (realNumber: string, options: SimulatedAsteriskOptions = {}): Promise<DialLab> => {
  const globals = { TRUNKS: "2", TRUNK_2: "second", SILENT_SECONDS: "12", ...options.globals };
  const decide = ([, proxy = ""]: readonly string[]) => ({
    context: "connect",
    extension: `${realNumber}*${proxy}**1-d2-d`,
  });
  const lab = await aDialLab(realNumber, { ...options, globals }, { decide });
  lab.asterisk.trunk("second", { reachable: true });
  return lab;
};

const place = (lab: DialLab, talkMs = 1_000) =>
  lab.asterisk.call({
    from: callerNumber,
    to: proxyNumber,
    caller: { hangsUp: { on: 200, afterMs: talkMs } },
  });

describe("The trunks of the simulated dialplan", () => {
  it("are tried in turn while they are down, silent, full, or answer with a configured code", async () => {
    const first = {
      down: "answers",
      triesForEver: "triesForEver",
      serviceUnavailable: "serviceUnavailable",
    } as const;
    for (const [name, behaviour] of Object.entries(first)) {
      const lab = await twoTrunks(realNumberOf(behaviour));
      if (name === "down") lab.asterisk.trunk("trunk-out", { reachable: false });
      const call = place(lab);
      if (name === "triesForEver") {
        await lab.clock.advance(11_999);
        expect(call.legs).to.have.length(1);
        await lab.clock.advance(1);
      } else await lab.clock.advance(0);
      expect(call.legs.at(-1)?.trunk, name).to.equal("second");
    }
    const lab = await twoTrunks(answers);
    lab.asterisk.callee(answers, { refuses: 402 });
    const call = place(lab);
    await lab.clock.runUntilIdle();
    expect(call.legs.map(({ trunk }) => trunk)).to.deep.equal(["trunk-out", "second"]);
  });

  it("are not tried after an answer that is the callee's, or after ringing", async () => {
    for (const behaviour of ["busy", "notFound", "declines", "ringsThenUnavailable"] as const) {
      const lab = await twoTrunks(realNumberOf(behaviour));
      const call = place(lab);
      await lab.clock.runUntilIdle();
      expect(call.legs, behaviour).to.have.length(1);
    }
    const lab = await twoTrunks(answers);
    lab.asterisk.callee(answers, { rings: 100, refuses: 503, after: 200 });
    const call = place(lab);
    await lab.clock.runUntilIdle();
    expect(call.legs).to.have.length(1);
  });

  it("leave nothing of the first trunk in the line of a call over the second", async () => {
    const lab = await twoTrunks(answers, {
      unscripted: (_number, call) => calleeNamed(call?.legs.length === 0 ? "serviceUnavailable" : "answers"),
    });
    const call = place(lab);
    await lab.clock.runUntilIdle();
    expect(call.legs).to.have.length(2);
    expect(call.final).to.equal(200);
    expect(endLineOf(lab.lines[0] ?? "")).to.include({ trunkOut: "second", sipCode: "", cause: "16" });
  });

  it("name no leg that could not be made, and give the caller 503", async () => {
    const lab = await aDialLab(answers);
    lab.asterisk.trunk("trunk-out", { reachable: false });
    const call = place(lab);
    await lab.clock.runUntilIdle();
    expect(call.callerSaw).to.deep.equal([503]);
    const told = toldBy(lab.events, call.id);
    expect(told).to.deep.equal({ leg: "", end: "||CHANUNAVAIL|3||trunk-out" });
  });

  it("may be split into endpoints, in both directions, and count as one", async () => {
    const decide = () => ({ context: "connect", extension: `${answers}*${proxyNumber}**13d` });
    const names = Array.from({ length: 10 }, (_, way) => `trunk-out-${way}`);
    const lab = await aDialLab(answers, { splitWays: 10 }, { decide, endpoints: names });
    const listed = (await ask(lab, "GET", "/endpoints/PJSIP")).body;
    expect(listed).to.have.length(22);
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber, trunk: "trunk-in-1" });
    await lab.clock.runUntil(() => call.answeredAtMs !== null);
    call.hangUp();
    await lab.clock.runUntilIdle();
    expect(call.legs[0]?.trunk).to.equal("trunk-out-3");
    expect(toldBy(lab.events, call.id).leg).to.equal("Ringing, Up, Destroyed 16");
    expect(endLineOf(lab.lines[0] ?? "")).to.include({ trunkIn: "trunk-in", trunkOut: "trunk-out" });
  });

  it("tell an application that is subscribed to a leg and to its endpoint everything twice", async () => {
    const lab = await aDialLab(realNumberOf("ringsForEver"));
    const call = place(lab);
    await lab.clock.advance(100);
    const leg = call.legs[0]?.channelId ?? "";
    await ask(lab, "POST", "/applications/phone-proxy/subscription", { eventSource: `channel:${leg}` });
    call.hangUp();
    await lab.clock.advance(100);
    expect(typesOf(lab.events, leg).filter((type) => type === "ChannelDestroyed")).to.have.length(2);
    const unknown = { eventSource: "endpoint:PJSIP/nowhere" };
    expect((await ask(lab, "POST", "/applications/phone-proxy/subscription", unknown)).status).to.equal(422);
  });

  it("show the callee what the decision says, and the caller's channel stays as it came", async () => {
    const fixed = "74950000000";
    const shown = { d: proxyNumber, c: callerNumber, n: fixed, f: "74951111111", a: "anonymous" };
    for (const [letter, number] of Object.entries(shown)) {
      const decide = () => ({
        context: "connect",
        extension: `${answers}*${proxyNumber}*${fixed}*1-${letter}`,
      });
      const lab = await aDialLab(answers, { globals: { TRUNK_1_FIXED: shown.f } }, { decide });
      const call = place(lab);
      await lab.clock.runUntilIdle();
      expect(call.calleeSaw?.from, letter).to.equal(number);
      expect(call.callerSawIdentities).to.deep.equal([]);
    }
    const decide = () => ({ context: "connect", extension: `${answers}*${proxyNumber}**1-c` });
    const lab = await aDialLab(answers, {}, { decide });
    const withheld = lab.asterisk.call({ from: callerNumber, to: proxyNumber, headers: { Privacy: "id" } });
    await lab.clock.advance(100);
    expect(withheld.calleeSaw).to.include({ from: "anonymous", pai: null });
    withheld.hangUp();
    await lab.clock.advance(100);
    expect(lab.lines.join()).not.to.contain(callerNumber);
  });
});

describe("The end of a call that the simulated Asterisk connected", () => {
  const talking = async (lab: DialLab) => {
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntil(() => call.answeredAtMs !== null);
    return call;
  };

  it("is the call's maximum length", async () => {
    const lab = await aDialLab(answers, { globals: { MAX_CALL_SECONDS: "30" } });
    const call = await talking(lab);
    await lab.clock.runUntilIdle();
    expect(call.callerGotBye).to.equal(true);
    expect(lineFacts(endLineOf(lab.lines[0] ?? ""))).to.include({
      dialStatus: "ANSWER",
      cause: "16",
      endedBy: "system",
    });
    expect(endLineOf(lab.lines[0] ?? "")).to.include({ answeredMs: "30000", limitSeconds: "30" });
  });

  it("is a supervisor's request, by the name of the caller's channel and with a cause of its own", async () => {
    const lab = await aDialLab(answers);
    const call = await talking(lab);
    const variable = { variable: "REASON", value: "supervisor" };
    expect((await ask(lab, "POST", `/channels/${call.id}/variable`, variable)).status).to.equal(409);
    const name = lab.asterisk.channels.find(({ id }) => id === call.id)?.name ?? "";
    const path = `/channels/${encodeURIComponent(name)}`;
    expect((await ask(lab, "DELETE", path, { reason_code: 8 })).status).to.equal(204);
    await lab.clock.runUntilIdle();
    expect(lineFacts(endLineOf(lab.lines[0] ?? ""))).to.include({
      dialStatus: "ANSWER",
      cause: "8",
      endedBy: "system",
    });
    expect(toldBy(lab.events, call.id).leg).to.equal("Ringing, Up, Destroyed 16");
  });

  it("is silence on the line of either party", async () => {
    for (const [silent, leg, cause] of [
      ["callee", "Ringing, Up, HangupRequest 1 soft, Destroyed 44", "16"],
      ["caller", "Ringing, Up, Destroyed 16", "44"],
    ] as const) {
      const lab = await aDialLab(answers);
      const call = await talking(lab);
      lab.asterisk.rtpTimeout(silent === "caller" ? call.id : (call.legs[0]?.channelId ?? ""));
      await lab.clock.runUntilIdle();
      expect(toldBy(lab.events, call.id).leg).to.equal(leg);
      expect(lineFacts(endLineOf(lab.lines[0] ?? "")), silent).to.include({ cause, endedBy: "system" });
      expect(call.callerGotBye).to.equal(true);
    }
  });

  it("is Asterisk's own, without a line; the settings survive, and the lease does not", async () => {
    const lab = await aDialLab(answers);
    const set = (variable: string, value: string) =>
      ask(lab, "POST", "/asterisk/variable", { variable, value });
    const read = async (variable: string) => (await ask(lab, "GET", "/asterisk/variable", { variable })).body;
    await set("PP_LEASE", "one:1");
    await set("PP_SETTINGS", "CONNECT=dial|RING_SECONDS=7|TRUNK_1_DIAL_PREFIX=+");
    await set("PP_LOADED", "");
    await set("DB(phone-proxy/settings)", "RING_SECONDS=99");
    const call = await talking(lab);
    expect(call.legs[0]?.number).to.equal(`+${answers}`);
    lab.asterisk.kill(1_000);
    expect(call.endedBy).to.equal("crash");
    expect(lab.lines).to.deep.equal([]);
    await lab.clock.advance(2_000);
    expect(await read("PP_LEASE")).to.deep.equal({ value: "" });
    expect(await read("PHONE_PROXY_DIALPLAN")).to.deep.equal({ value: "6" });
    expect(await read("RING_SECONDS")).to.deep.equal({ value: "60" });
    await talking(lab);
    expect(await read("RING_SECONDS")).to.deep.equal({ value: "7" });
  });
});
