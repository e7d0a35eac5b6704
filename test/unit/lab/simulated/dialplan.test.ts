import { expect } from "chai";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { CallStep, FallbackAnswer } from "../../../../lab/simulated/index.ts";
import { lineFacts } from "../../../support/callCourses.ts";
import { endLineOf } from "../../../support/callFile.ts";
import type { EndLine } from "../../../support/callFile.ts";
import type { DialLab } from "./fixtures.ts";
import { aDialLab, callerNumber, proxyNumber, typesOf } from "./fixtures.ts";

const answers = realNumberOf("answers");

/** The fallback's lookup, which finds a real number for every proxy number. */
const finds =
  (realNumber: string) =>
  ({ proxy }: { readonly proxy: string }): FallbackAnswer => ({
    path: "odbc",
    context: "connect",
    extension: `${realNumber}*${proxy}**1-d`,
  });

const place = ({ asterisk }: DialLab, hangsUp?: { readonly on: CallStep; readonly afterMs?: number }) =>
  asterisk.call({ from: callerNumber, to: proxyNumber, caller: hangsUp ? { hangsUp } : {} });

const endOf = ({ lines }: DialLab): EndLine =>
  endLineOf(lines.find((line) => line.startsWith("2,end,")) ?? expect.fail("no end line"));

const kindsOf = ({ lines }: DialLab): string[] => lines.map((line) => line.split(",")[1] ?? "");

describe("The simulated dialplan without a decision", () => {
  it("takes the call to the fallback 1.5 s after it came, and connects it", async () => {
    const lab = await aDialLab(answers, { dialplan: { lookup: finds(answers) } }, { decide: () => null });
    const call = place(lab, { on: 200, afterMs: 1_000 });
    await lab.clock.advance(1_499);
    expect(call.legs).to.have.length(0);
    await lab.clock.advance(1);
    expect(call.callerSaw).to.deep.equal([180, 200]);
    expect(call.dialplan).to.deep.equal([
      { why: "TIMEOUT", context: "fallback", extension: "s", priority: 1 },
    ]);
    await lab.clock.runUntilIdle();

    expect(typesOf(lab.events, call.id)).to.deep.equal(["StasisStart", "StasisEnd"]);
    expect(kindsOf(lab)).to.deep.equal(["begin", "end"]);
    expect(endOf(lab)).to.include({ path: "odbc", real: answers, dialStatus: "ANSWER" });
  });

  it("takes it there at once without a controller", async () => {
    const lab = await aDialLab(answers, { dialplan: { lookup: finds(answers) } });
    await lab.ari.close();
    const call = place(lab, { on: 200 });
    await lab.clock.runUntilIdle();
    expect(call.dialplan.map(({ why }) => why)).to.deep.equal(["FAILED"]);
    expect(call.callerSaw).to.deep.equal([180, 200]);
  });

  it("connects each of them once if a frozen controller decides too late", async () => {
    const lab = await aDialLab(answers, { dialplan: { lookup: finds(answers) } });
    lab.ari.freeze();
    const calls = Array.from({ length: 30 }, () => lab.asterisk);
    const placed = [];
    for (const asterisk of calls) {
      placed.push(asterisk.call({ from: callerNumber, to: proxyNumber, caller: { hangsUp: { on: 200 } } }));
      await lab.clock.advance(100);
    }
    lab.ari.thaw();
    await lab.clock.runUntilIdle();
    expect(placed.map(({ legs }) => legs.length)).to.deep.equal(placed.map(() => 1));
    expect(placed.map(({ final }) => final)).to.deep.equal(placed.map(() => 200));
    expect(placed.filter(({ dialplan }) => dialplan.length === 0)).to.have.length.greaterThan(0);
    expect(lab.failures.length, "late decisions that Asterisk refused").to.be.greaterThan(0);
  });

  it("does the same on a half-open socket, which still owns the application", async () => {
    const lab = await aDialLab(answers, { dialplan: { lookup: finds(answers) } });
    lab.asterisk.halfOpen();
    const call = place(lab);
    await lab.clock.advance(1_600);
    expect(call.dialplan.map(({ why }) => why)).to.deep.equal(["TIMEOUT"]);
    expect(call.callerSaw).to.deep.equal([180, 200]);
  });

  it("is connected by the dialplan if a controller has taken the call, under CONNECT=bridge, and does not dial it", async () => {
    const decide = () => ({ context: "held", extension: "s" });
    const asterisk = { globals: { CONNECT: "bridge" }, dialplan: { lookup: finds(answers) } };
    const lab = await aDialLab(answers, asterisk, { decide, readsEnds: false });
    const call = place(lab);
    await lab.clock.advance(990);
    expect(call.dialplan).to.deep.equal([]);
    await lab.clock.advance(100);
    expect(call.dialplan).to.deep.equal([
      { why: "TIMEOUT", context: "fallback", extension: "s", priority: 1 },
    ]);
    expect(call.callerSaw).to.deep.equal([180, 200]);
  });

  it("hears an announcement if the number cannot be looked up, and is refused if it is not a number", async () => {
    const lab = await aDialLab(answers, {}, { decide: () => ({ context: "fallback", extension: "s" }) });
    const call = place(lab);
    const invalid = lab.asterisk.call({ from: callerNumber, to: "74957000001,5" });
    await lab.clock.runUntilIdle();
    expect(call.callerSaw).to.deep.equal([183, 503]);
    expect(invalid.callerSaw).to.deep.equal([484]);
    expect(lab.lines.map((line) => line.split(",").length)).to.deep.equal([9, 9, 26, 26]);
  });
});

describe("The simulated dialplan and its caller", () => {
  const steps: readonly (readonly [CallStep, readonly number[], string])[] = [
    ["arrived", [487], ""],
    ["stasis", [487], ""],
    ["created", [487], "CANCEL"],
    ["dialled", [487], "CANCEL"],
    [180, [180, 487], "CANCEL"],
    [200, [180, 200], "ANSWER"],
  ];
  for (const [on, callerSees, dialStatus] of steps)
    it(`who leaves on ${on}: one line that says so, and nothing is left`, async () => {
      const lab = await aDialLab(realNumberOf("ringsThenAnswers"), {
        timing: { threadMs: 5, responseMs: 5, eventMs: 5, sipMs: 5 },
      });
      const call = place(lab, { on });
      await lab.clock.runUntilIdle();
      expect(call.callerSaw).to.deep.equal(callerSees);
      expect(endOf(lab)).to.include({ dialStatus, endedBy: "caller" });
      expect(lab.lines).to.have.length(1);
      expect(lab.asterisk.channels).to.deep.equal([]);
    });

  it("who leaves during an announcement", async () => {
    const refuses = () => ({ context: "refuse", extension: "unknown_number**1*unknown*" });
    const lab = await aDialLab(answers, {}, { decide: refuses });
    const call = place(lab, { on: 183, afterMs: 200 });
    await lab.clock.runUntilIdle();
    expect(call.callerSaw).to.deep.equal([183, 487]);
    expect(lab.events.filter(({ type }) => type === "StasisStart")).to.have.length(1);
    expect(endOf(lab)).to.include({ status: "unknown_number", cause: "127", endedBy: "caller" });
  });

  it("who is refused hears the announcement first, and then gets the cause", async () => {
    const refuses = () => ({ context: "refuse", extension: `disabled**21*disabled*${answers}` });
    const lab = await aDialLab(answers, {}, { decide: refuses });
    const call = place(lab);
    await lab.clock.runUntilIdle();
    expect(call.callerSaw).to.deep.equal([183, 403]);
    expect(lineFacts(endLineOf(lab.lines[0] ?? ""))).to.include({
      status: "disabled",
      cause: "21",
      endedBy: "system",
    });
    expect(endOf(lab)).to.include({ real: answers, path: "controller" });
    const ends = lab.events.flatMap((event) => (event.type === "StasisStart" ? [event.args] : []));
    expect(ends.at(-1)).to.deep.equal(["end", "disabled", "", "", "", "", ""]);
  });

  it("who gets the cause after a second if the controller does not read the end", async () => {
    const lab = await aDialLab(realNumberOf("busy"), {}, { readsEnds: false });
    const call = place(lab);
    await lab.clock.advance(999);
    expect(call.callerSaw).to.deep.equal([]);
    await lab.clock.advance(1);
    expect(call.callerSaw).to.deep.equal([486]);
  });

  it("who gets no cause from an invalid decision", async () => {
    const decisions = [
      ["connect", `${answers}*1*`, 500],
      ["refuse", "nonsense", 500],
      ["nowhere", "s", 603],
    ] as const;
    for (const [context, extension, sip] of decisions) {
      const lab = await aDialLab(answers, {}, { decide: () => ({ context, extension }) });
      const call = place(lab);
      await lab.clock.runUntilIdle();
      expect(call.callerSaw, context).to.deep.equal([sip]);
      expect(lab.lines).to.have.length(1);
    }
  });
});
