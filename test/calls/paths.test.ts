import { expect } from "chai";
import { recordSources } from "../../src/values/callRecord.ts";
import { enderOf } from "../../src/values/endedBy.ts";
import { type CallPath, callPaths, startSome, SystemOnPath } from "../support/callPaths.ts";
import { expectedCause } from "../support/expectedCause.ts";
import type { CallRow } from "../support/realCalls.ts";
import { type CallScenario, callScenarios, statesByDialling } from "../support/scenarios.ts";
import { callIdOf, type CallResult, headerValues, realNumberOf, type SipMessage } from "../support/sipp.ts";
import {
  onTwins,
  onTwoTrunks,
  type Treatment,
  treatments,
  treatmentsOnTwins,
  treatmentsOnTwoTrunks,
} from "../support/treatments.ts";
import { until } from "../support/until.ts";

/** SIPp processes at a time; fewer where the dialplan gives the application, which is this process, half a second. */
const together = (path: CallPath): number => (path === "http" ? 3 : 5);

interface Seen {
  readonly proxy: string;
  readonly real: string;
  readonly from: string;
  readonly result: CallResult;
  readonly row: CallRow;
  /** INVITEs to the callee, in order. */
  readonly legs: readonly SipMessage[];
}

/** From dialling until the caller was answered, refused, or left, as SIP shows it. Without a callee: the whole call. */
function ringSecondsOf({ result, legs }: Seen): number {
  const atMs = (direction: SipMessage["direction"], start: RegExp): number =>
    result.messages.find(
      (message) =>
        message.direction === direction &&
        start.test(message.startLine) &&
        headerValues(message, "CSeq").some((value) => /INVITE|CANCEL/u.test(value)),
    )?.atMs ?? Number.POSITIVE_INFINITY;
  const overMs = Math.min(atMs("sent", /^CANCEL /u), atMs("received", /^SIP\S+ [2-6]/u));
  return (overMs - (legs[0]?.atMs ?? atMs("sent", /^INVITE /u))) / 1_000;
}

/** The numbers in From and in the identity headers of an INVITE; null for none. */
function shownIn(invite: SipMessage): string | null {
  const told = ["From", "P-Asserted-Identity", "Remote-Party-ID"]
    .flatMap((name) => headerValues(invite, name))
    .map((value) => /sip:([^@]*)@/u.exec(value)?.[1] ?? "");
  expect(new Set(told).size, `identities: ${told.join(", ")}`).to.equal(1);
  return told[0] === "anonymous" ? null : (told[0] ?? "");
}

for (const [index, path] of callPaths.entries())
  describe(`a call on the path "${path}"`, function suite() {
    this.timeout(90_000);
    let on: SystemOnPath;
    let serial = 0;

    before(async function prepare() {
      on = await SystemOnPath.startOrSkip(this, path, `74957${index}`);
    });
    after(() => on?.stop());

    /** Each caller has their own number. */
    const numberOf = (own: number): string => `7916${index}${String(own).padStart(6, "0")}`;

    const mapped = async (treatment: Treatment, own: number): Promise<{ proxy: string; real: string }> => {
      const { mapping, pool, callee = "answers", outsideThePlan, released, toProxy, real: given } = treatment;
      const { system } = on;
      const free = system.freeProxyNumber();
      const proxy = outsideThePlan === true ? `8131${free.slice(-7)}` : free;
      const real =
        toProxy === true
          ? (await system.mapped("answers")).proxy
          : (given ?? realNumberOf(callee, 1000 * index + 500 + own));
      if (mapping === null) return { proxy, real };
      await system.mapTo(proxy, real, {
        ...mapping,
        ...(pool === undefined ? {} : { pool_id: await system.pool(pool) }),
        ...(released === true ? { real_phone: null, released_real_phone: real } : {}),
      });
      return { proxy, real };
    };

    /** With Asterisk's own account, unless the controller connected the legs. */
    const finalRecordOf = async (caller: string, real: string): Promise<CallRow> => {
      let row: CallRow | null = null;
      const byController = path === "bridge" && on.system.callees.messagesOf(real).length > 0;
      await until(async () => {
        row = await on.system.recordOfCaller(caller);
        return row.source === (byController ? recordSources.controller : recordSources.asterisk);
      });
      return row ?? expect.fail("no record");
    };

    const place = async (treatment: Treatment): Promise<Seen> => {
      const { system } = on;
      const own = (serial += 1);
      const from = numberOf(own);
      const { proxy, real } = await mapped(treatment, own);
      if (treatment.shown === "caller") system.showsCaller({ proxy, real });
      const { dials, identityHeaders, fromProxy, sip } = treatment;
      const { script = sip === 200 ? { kind: "talks", talkMs: 100 } : { kind: "waits" } } = treatment;
      const caller = fromProxy === true ? proxy : from;
      const result = await system.dial(dials?.(proxy) ?? proxy, {
        from: caller,
        script,
        ...(fromProxy === true ? { callerName: "x" } : {}),
        ...(identityHeaders === undefined ? {} : { identityHeaders }),
      }).result;
      const row = await finalRecordOf(caller, real);
      const invites = system.callees
        .messagesOf(real)
        .filter(({ startLine, direction }) => direction === "received" && startLine.startsWith("INVITE "));
      // Without those that were sent again.
      const ids = invites.map(callIdOf);
      const legs = invites.filter((_, nth) => ids.indexOf(ids[nth] ?? "") === nth);
      return { proxy, real, from: caller, result, row, legs };
    };

    const expectTreatment = (treatment: Treatment, seen: Seen): void => {
      const { sip, status, reason, notLookedUp, calleeSip, prefix = "", trunk = "trunk-out" } = treatment;
      const { proxy, real, from, result, row } = seen;
      const shown =
        treatment.shown === "proxy" ? proxy : treatment.shown === "caller" ? from : treatment.shown;
      expect(result.finalCode).to.equal(sip);
      expect(row).to.include({
        call_status: status,
        status_reason: reason,
        ended_by: enderOf(status, reason),
        fake_phone:
          status === "unknown_number" ? /^\+?(\d*)/u.exec(treatment.dials?.(proxy) ?? proxy)?.[1] : proxy,
        real_phone: notLookedUp === true || treatment.mapping === null ? null : real,
        shown_number: shown ?? null,
        sip_code: sip === 200 ? 200 : (calleeSip ?? null),
        inbound_trunk: "trunk-in",
        outbound_trunk: shown === undefined ? null : trunk,
        node: on.isController ? "test-node" : null,
      });
      const cause = expectedCause(treatment, path);
      if (cause !== null) expect(row.cause).to.equal(cause);
      // Within a second. The record has whole seconds.
      expect(row.ring_seconds).to.be.closeTo(ringSecondsOf(seen), 1.5);
      expect(row.answered_at === null).to.equal(sip !== 200);
      expect(seen.legs).to.have.length(treatment.legs ?? (shown === undefined ? 0 : 1));
      for (const leg of seen.legs) {
        expect(leg.startLine).to.contain(`sip:${prefix}${real}@`);
        expect(shownIn(leg)).to.equal(shown === null ? null : `${prefix}${shown}`);
      }
    };

    const theTable = (table: readonly Treatment[]): void => {
      let placed: ReadonlyMap<Treatment, Promise<Seen>>;
      before(() => {
        placed = startSome(table, together(path), place);
      });
      for (const treatment of table)
        it(`${treatment.name}: ${treatment.sip}, ${treatment.status}`, async () => {
          expectTreatment(treatment, await (placed.get(treatment) ?? expect.fail("not placed")));
        });
    };

    describe("that two people have", () => {
      let placed: ReadonlyMap<CallScenario, Promise<Seen>>;
      const asTreatment = (scenario: CallScenario): Treatment => ({
        ...scenario,
        mapping: {},
        script: scenario.caller,
        shown: "proxy",
      });
      before(() => {
        placed = startSome(callScenarios, together(path), (scenario) => place(asTreatment(scenario)));
      });

      for (const scenario of callScenarios)
        it(`when ${scenario.name}: ${scenario.sip}, ${scenario.status}`, async () => {
          const seen = await (placed.get(scenario) ?? expect.fail("not placed"));
          const { row } = seen;
          expectTreatment(asTreatment(scenario), seen);
          if (!on.isController) return;
          const states = (): readonly string[] => on.system.states.of(row.call_id);
          await until(() => states().at(-1) === "ended");
          expect(states()).to.deep.equal(path === "bridge" ? scenario.states : statesByDialling(scenario));
        });

      it("leaves nothing behind", () => on.system.quiet());
    });

    describe("to numbers of every kind", () => theTable(treatments));

    describe("over two trunks, the first of which is missing", () => {
      before(() => on.use(onTwoTrunks));
      theTable(treatmentsOnTwoTrunks);
    });

    describe("over two trunks that work", () => {
      before(() => on.use(onTwins));
      theTable(treatmentsOnTwins);
    });
  });
