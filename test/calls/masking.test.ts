import { expect } from "chai";
import { startSome } from "../support/callPaths.ts";
import { caller, type Mapped, RealSystem } from "../support/realCalls.ts";
import {
  type CalleeBehaviour,
  calleeBehaviours,
  type CallResult,
  FOREIGN_NUMBER,
  headerValues,
  mediaOf,
} from "../support/sipp.ts";
import { scriptFor } from "../support/callerScripts.ts";
import { expectNoLeak } from "../support/sippLeaks.ts";

/** SIPp processes at a time. */
const together = 8;

const isInviteTo =
  (number: string) =>
  ({ startLine }: { startLine: string }): boolean =>
    startLine.startsWith(`INVITE sip:${number}@`);

for (const connect of ["dial", "bridge"] as const)
  describe(`masking, in every SIP message of real calls, CONNECT=${connect}`, function suite() {
    this.timeout(60_000);
    let system: RealSystem;

    before(async function prepare() {
      system = await RealSystem.startOrSkip(this, "749573", { CONNECT: connect });
    });
    after(async () => {
      await system?.stop();
    });

    it("sends both identity headers on both trunks, so that leaks are possible", async () => {
      const { proxy, real } = await system.mapped("answers");
      const result = await system.dial(proxy).result;
      const invite = await system.callees.invited(real);
      expect(headerValues(invite, "P-Asserted-Identity")).to.have.length(1);
      expect(headerValues(invite, "Remote-Party-ID")).to.have.length(1);
      expect(result.finalCode).to.equal(200);
    });

    describe("reveals neither party's number when the callee", () => {
      let placed: ReadonlyMap<CalleeBehaviour, Promise<{ mapped: Mapped; result: CallResult }>>;
      before(() => {
        placed = startSome(calleeBehaviours, together, async (behaviour) => {
          const mapped = await system.mapped(behaviour);
          const result = await system.dial(mapped.proxy, { script: scriptFor(behaviour) }).result;
          await system.recordOf(mapped.proxy);
          return { mapped, result };
        });
      });

      for (const behaviour of calleeBehaviours)
        it(behaviour, async () => {
          const { mapped, result } = await (placed.get(behaviour) ?? expect.fail("not placed"));
          system.expectMasked(result, mapped);
          expect(system.callees.messagesOf(mapped.real).length).to.be.greaterThan(0);
          expect(system.callees.messages().filter(isInviteTo(FOREIGN_NUMBER))).to.deep.equal([]);
        });
    });

    it("passes audio in both directions", async () => {
      await system.hearing(async (callerEar, calleeEar) => {
        const { proxy, real } = await system.mapped("answers");
        const call = system.dial(proxy, { rtp: callerEar.address, script: { kind: "talks", talkMs: 2_000 } });
        const toCaller = mediaOf(await call.gets(200));
        const toCallee = mediaOf(await system.callees.invited(real));
        if (toCaller === null || toCallee === null) throw new Error("Asterisk sent no SDP");
        callerEar.speak(toCaller);
        calleeEar.speak(toCallee);
        await Promise.all([callerEar.hears(calleeEar, 20), calleeEar.hears(callerEar, 20)]);
        expect((await call.result).finalCode).to.equal(200);
      });
    });

    it("passes early media to the caller before the answer", async () => {
      await system.hearing(async (callerEar, calleeEar) => {
        const { proxy, real } = await system.mapped("earlyMediaForEver");
        const call = system.dial(proxy, {
          rtp: callerEar.address,
          script: { kind: "cancels", after: 183, afterMs: 1_500 },
        });
        const toCallee = mediaOf(await system.callees.invited(real));
        const toCaller = mediaOf(await call.gets(183));
        if (toCaller === null || toCallee === null) throw new Error("Asterisk sent no SDP");
        calleeEar.speak(toCallee);
        await callerEar.hears(calleeEar, 20);
        expect((await call.result).finalCode).to.equal(487);
      });
    });

    describe("shows the callee", () => {
      const identities = async (columns: Record<string, string>, from: string = caller.number) => {
        const mapped = await system.mapped("answers", columns);
        const result = await system.dial(mapped.proxy, { from }).result;
        expect(result.finalCode).to.equal(200);
        const invite = await system.callees.invited(mapped.real);
        return {
          mapped,
          result,
          invite,
          told: [
            ...headerValues(invite, "From"),
            ...headerValues(invite, "P-Asserted-Identity"),
            ...headerValues(invite, "Remote-Party-ID"),
          ],
        };
      };

      it("the proxy number by default", async () => {
        const { mapped, result, told } = await identities({});
        expect(told).to.have.length(3);
        for (const value of told) expect(value).to.contain(`sip:${mapped.proxy}@`);
        system.expectMasked(result, mapped);
      });

      it("the caller's number if the mapping says so, and still nothing of the callee to the caller", async () => {
        const { mapped, result, told } = await identities({ caller_id_policy: "caller" });
        for (const value of told) expect(value).to.contain(`sip:${caller.number}@`);
        expectNoLeak(result.messages, { numbers: [mapped.real], words: [system.lab.outboundProvider.host] });
      });

      it("a fixed number if the mapping says so", async () => {
        const { mapped, result, told } = await identities({
          caller_id_policy: "fixed",
          caller_id_number: "78005553535",
        });
        for (const value of told) expect(value).to.contain("sip:78005553535@");
        system.expectMasked(result, mapped);
      });

      it("nothing if anonymous", async () => {
        const { mapped, result, invite } = await identities({ caller_id_policy: "anonymous" });
        expect(headerValues(invite, "From")[0]).to.match(/anonymous/iu);
        expect(invite.text).not.to.contain(mapped.proxy);
        system.expectMasked(result, mapped);
      });
    });

    describe("hides withheld numbers under the policy that shows callers", () => {
      const asserted = `<sip:${caller.number}@provider.invalid>`;
      const pai = `P-Asserted-Identity: ${asserted}`;
      const anonymous = { from: "anonymous", callerName: "Anonymous" };
      const ways: readonly (readonly [string, Parameters<RealSystem["dial"]>[1]])[] = [
        ["by Privacy: id", { identityHeaders: [pai, "Privacy: id"] }],
        ["by Privacy: id and an anonymous From", { ...anonymous, identityHeaders: [pai, "Privacy: id"] }],
        ["by Privacy: user;id", { identityHeaders: [pai, "Privacy: user;id"] }],
        ["by Privacy: Header; ID", { identityHeaders: [pai, "Privacy: Header; ID"] }],
        ["by an anonymous From alone", { ...anonymous, identityHeaders: [pai] }],
        ["by his name in From alone", { callerName: "Anonymous", identityHeaders: [pai] }],
        [
          "by Remote-Party-ID",
          { identityHeaders: [`Remote-Party-ID: ${asserted};party=calling;privacy=full;screen=yes`] },
        ],
      ];
      for (const [way, options] of ways)
        it(way, async () => {
          const mapped = await system.mapped("answers", { caller_id_policy: "caller" });
          expect((await system.dial(mapped.proxy, options).result).finalCode).to.equal(200);
          const invite = await system.callees.invited(mapped.real);
          expect(headerValues(invite, "From")[0]).to.match(/anonymous/iu);
          expectNoLeak(system.callees.messagesOf(mapped.real), {
            numbers: [caller.number],
            words: [caller.name, system.lab.inboundProvider.host],
          });
          expect(await system.recordOf(mapped.proxy)).to.include({ call_status: "answered", caller_id: "" });
        });

      it("and shows a number that is explicitly not withheld", async () => {
        const mapped = await system.mapped("answers", { caller_id_policy: "caller" });
        await system.dial(mapped.proxy, { identityHeaders: [pai, "Privacy: none"] }).result;
        const invite = await system.callees.invited(mapped.real);
        expect(headerValues(invite, "From")[0]).to.contain(`sip:${caller.number}@`);
        expect((await system.recordOf(mapped.proxy)).caller_id).to.equal(caller.number);
      });
    });

    it("reveals nothing of a callee who sends the number in every header, including on hold", async () => {
      const mapped = await system.mapped("tellsItsNumber");
      const result = await system.dial(mapped.proxy, { script: { kind: "holds", holdMs: 300, talkMs: 300 } })
        .result;
      expect(result.answered).to.equal(true);
      system.expectMasked(result, mapped);
    });
  });
