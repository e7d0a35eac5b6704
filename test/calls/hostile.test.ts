import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Connection, createConnection } from "mysql2/promise";
import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { Random } from "../../lab/simulated/random.ts";
import { createStore } from "../../src/store/store.ts";
import { endLines, forgetLines } from "../support/callFile.ts";
import { silentLogger } from "../support/silentLogger.ts";
import { hostileHeaders, hostileNumber } from "../support/hostileInvites.ts";
import { labOrSkip } from "../support/requirements.ts";
import { type Callees, realNumberOf, startCallees } from "../support/sipp.ts";
import { SipSender } from "../support/sipSender.ts";
import { until } from "../support/until.ts";

const messages = 500;
const seed = Number(process.env["SEED"] ?? "12");
/** Answers of Asterisk's SIP stack to what it cannot read; such a message never becomes a call. 401: a URI too long. */
const unreadable: readonly (number | undefined)[] = [undefined, 400, 401, 416, 420, 488];
/** Numbers that are called, or that a broken one could become. */
const targets = "7495708";

describe("hostile SIP messages without a controller", function suite() {
  this.timeout(180_000);
  let lab: LabAddresses;
  let database: Connection;
  let callees: Callees;
  let sender: SipSender;
  let announcement = "";

  const forget = (): Promise<unknown> =>
    database.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${targets}%`]);

  before(async function prepare() {
    lab = await labOrSkip(this);
    const store = createStore({
      address: { kind: "mysql", url: lab.mysql.url, poolSize: 2 },
      logger: silentLogger,
    });
    store.open();
    await store.ready();
    await store.close();
    database = await createConnection({ uri: lab.mysql.url, timezone: "Z" });
    await forget();
    callees = await startCallees();
    sender = await SipSender.open(lab.inboundProvider.host, lab.sip);
    // Five seconds of announcement for each of them would test nothing more.
    announcement = /ANNOUNCE_UNKNOWN=(\S*)/u.exec(await asteriskCli("dialplan show globals"))?.[1] ?? "";
    await asteriskCli('dialplan set global ANNOUNCE_UNKNOWN ""');
    await asteriskCli("dialplan set global DATABASE_AWAY_UNTIL 0");
  });
  after(async () => {
    await callees?.stop();
    await sender?.close();
    if (database === undefined) return;
    await asteriskCli(`dialplan set global ANNOUNCE_UNKNOWN ${announcement}`);
    await forget();
    await database.end();
  });
  beforeEach(forgetLines);

  const finalCode = (callId: string): number | undefined =>
    sender.codesOf(callId).find((code) => code >= 200);

  const logSince = async (offset: number): Promise<string> =>
    (await readFile(join(labLayout().root, "var/log/asterisk/messages.log"), "latin1")).slice(offset);

  it(`have a line each, move no argument, and reach no one: ${messages} with seed ${seed}`, async () => {
    const logged = (await logSince(0)).length;
    const random = new Random(seed);
    const sent = Array.from({ length: messages }, (_, index) => {
      const number = `${targets}${String(index).padStart(4, "0")}`;
      const isNumber = index % 2 === 0;
      const message = isNumber ? hostileNumber(random, number) : hostileHeaders(random, number);
      return { ...message, number, isNumber, callId: `hostile-${seed}-${index}` };
    });
    // Whatever a broken number could be read as, it would be connected.
    await database.query("INSERT INTO phone_mappings (fake_phone, real_phone) VALUES ?", [
      sent
        .filter(({ isNumber }) => isNumber)
        .map(({ number }, index) => [number, realNumberOf("answers", 8000 + index)]),
    ]);
    for (const { callId, user, headers } of sent) {
      sender.invite(callId, { user, headers });
      await until(() => sender.codesOf(callId).length > 0, { timeoutMs: 300 }).catch(() => undefined);
    }
    await until(async () => (await asteriskCli("core show channels count")).includes("0 active channels"), {
      timeoutMs: 30_000,
    });

    const calls = sent.filter(({ callId }) => !unreadable.includes(finalCode(callId)));
    expect(calls.length, "messages that became calls").to.be.greaterThan(messages / 2);
    const lines = await endLines();
    expect(lines).to.have.length(calls.length);
    expect(new Set(lines.map(({ callId }) => callId)).size).to.equal(lines.length);
    for (const line of lines) {
      expect(line).to.include({ version: "2", asterisk: "lab", trunkIn: "trunk-in", path: "odbc", real: "" });
      expect(line.dialled).to.match(/^\d{0,20}$/u);
      expect(line.caller).to.match(/^[\w.-]{0,50}$/u);
      expect(line.trunkOut + line.shown + line.dialStatus).to.equal("");
    }
    for (const { about, number, isNumber, callId } of calls) {
      const own = lines.filter(({ dialled }) => dialled === number);
      if (isNumber) {
        expect(finalCode(callId), about).to.equal(484);
        for (const { status, reason } of own)
          expect([status, reason], about).to.deep.equal(["unknown_number", "invalid_number"]);
      } else {
        expect(own, about).to.have.length(1);
        expect(own[0]?.proxy, about).to.equal(number);
        expect(["unknown_number", "loop"], about).to.include(own[0]?.status);
      }
    }
    // Asterisk may still be repeating an INVITE that a mute callee of an earlier test has never answered.
    const reached = callees.messages().filter(({ startLine }) => !/^INVITE sip:\d+009@/u.test(startLine));
    expect(reached.map(({ startLine }) => startLine)).to.deep.equal([]);
    const log = await logSince(logged);
    expect(log.split("\n").filter((line) => /7495708|7916123|79995550100/u.test(line))).to.deep.equal([]);
  });

  it("in a name that is not UTF-8 stay out of the log", async () => {
    const logged = (await logSince(0)).length;
    const name = "\xff\xfe\xc3 79161234567 \xed\xa0\x80";
    const number = `${targets}9999`;
    const headers = [`P-Asserted-Identity: "${name}" <sip:79161234567@provider.invalid>`];
    const from = `"${name}" <sip:79161234567@127.0.0.3>`;
    sender.invite("utf8", { user: number, headers, from }, "latin1");
    await until(() => finalCode("utf8") !== undefined);
    expect(finalCode("utf8")).to.equal(404);
    expect((await endLines()).map(({ dialled }) => dialled)).to.deep.equal([number]);
    const log = await logSince(logged);
    expect(log.split("\n").filter((line) => /7495708|7916123/u.test(line))).to.deep.equal([]);
  });
});
