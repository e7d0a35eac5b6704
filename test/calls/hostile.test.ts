import { expect } from "chai";
import { AsteriskLog } from "../support/asteriskLog.ts";
import { type CallPath, SystemOnPath } from "../support/callPaths.ts";
import { type HostileCall, hostileCalls, isCall, sendHostile } from "../support/hostileCalls.ts";
import type { CallRow } from "../support/realCalls.ts";
import { realNumberOf } from "../support/sipp.ts";
import { SipSender } from "../support/sipSender.ts";
import { until } from "../support/until.ts";

const messages = 500;
const seed = Number(process.env["SEED"] ?? "12");
const paths: readonly CallPath[] = ["dial", "bridge", "odbc", "http"];

for (const [index, path] of paths.entries())
  describe(`hostile SIP messages on the path "${path}"`, function suite() {
    this.timeout(180_000);
    const prefix = `74959${index}`;
    let on: SystemOnPath;
    let sender: SipSender;
    let log: AsteriskLog;

    before(async function prepare() {
      on = await SystemOnPath.startOrSkip(this, path, prefix);
      sender = await SipSender.open(on.system.lab.inboundProvider.host, on.system.lab.sip);
      log = new AsteriskLog();
    });
    after(async () => {
      await sender?.close();
      await on?.stop();
    });

    /** A broken number leaves a record with this caller, the others one with their number. */
    const isRecordOf = ({ isBroken, caller, number }: HostileCall, row: CallRow): boolean =>
      isBroken ? row.caller_id === caller : row.fake_phone === number;

    it(`have a record each, move no argument, and reach no one: ${messages} with seed ${seed}`, async () => {
      const { system } = on;
      const all = hostileCalls(messages, seed + index, prefix);
      // Whatever a broken number might be read as would be connected.
      for (const [at, { number }] of all.filter(({ isBroken }) => isBroken).entries())
        await system.mapTo(number, realNumberOf("answers", 1_000 * index + at));
      const rows = await on.recordsDuring(async (recorded) => {
        await sendHostile(sender, all, on.atATime);
        await system.quiet();
        const calls = all.filter((call) => isCall(sender, call));
        await until(async () => (await recorded()).length >= calls.length);
      });

      const calls = all.filter((call) => isCall(sender, call));
      expect(calls.length, "messages that became calls").to.be.greaterThan(messages / 2);
      expect(rows).to.have.length(calls.length);
      for (const row of rows) {
        expect(row).to.include({ inbound_trunk: "trunk-in", asterisk: "lab", answered_at: null });
        expect(row).to.include({
          real_phone: null,
          outbound_trunk: null,
          shown_number: null,
          sip_code: null,
        });
        expect(row.fake_phone).to.match(/^\d{0,20}$/u);
        expect(row.caller_id).to.match(/^[\w.-]{0,50}$/u);
        // A busy machine may not look a number up in time.
        expect(["unknown_number", "loop", "failed"]).to.include(row.call_status);
      }
      for (const call of calls) {
        const own = rows.filter((row) => isRecordOf(call, row));
        expect(own, call.about).to.have.length(1);
        expect(own[0]?.status_reason === "invalid_number", call.about).to.equal(call.isBroken);
        if (call.isBroken) expect(await sender.finalCode(call.callId), call.about).to.equal(484);
      }
      expect(system.callees.messages().map(({ startLine }) => startLine)).to.deep.equal([]);
      expect(log.linesWith(prefix, "791612", "7916123", "79995550100")).to.deep.equal([]);
    });

    it("in a name that is not UTF-8 stay out of the log", async () => {
      const name = "\xff\xfe\xc3 79161234567 \xed\xa0\x80";
      const number = on.system.freeProxyNumber();
      const headers = [`P-Asserted-Identity: "${name}" <sip:79161234567@provider.invalid>`];
      const from = `"${name}" <sip:79161234567@127.0.0.3>`;
      // Asterisk answers a repeated call ID without the dialplan.
      const callId = `utf8-${number}`;
      sender.invite(callId, { user: number, headers, from }, "latin1");
      expect(await sender.finalCode(callId)).to.equal(404);
      expect(await on.system.recordOf(number)).to.include({ caller_id: "79161234567" });
      expect(log.linesWith(prefix, "7916123")).to.deep.equal([]);
    });
  });
