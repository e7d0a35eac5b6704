import { expect } from "chai";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Connection, createConnection } from "mysql2/promise";
import { asteriskCli, type LabAddresses, startPart, stopPart } from "../../lab/lab.ts";
import { migratedLabDatabase } from "../support/labDatabase.ts";
import { labOrSkip } from "../support/requirements.ts";
import { labLayout } from "../../lab/layout.ts";
import {
  type CalleeBehaviour,
  calleeBehaviours,
  type Callees,
  type CallerScript,
  type CallOptions,
  type CallResult,
  FOREIGN_NUMBER,
  headerValues,
  mediaOf,
  methodOf,
  placeCall,
  type PlacedCall,
  realNumberOf,
  type RtpParty,
  rtpParty,
  startCallees,
  statusOf,
} from "../support/sipp.ts";
import { giveDialplan } from "../support/dialplanSettings.ts";
import { begunCalls, endOf, forgetLines } from "../support/callFile.ts";
import { scriptFor } from "../support/callerScripts.ts";
import { MaskingWatch } from "../support/maskingWatch.ts";
import { expectNoLeak } from "../support/sippLeaks.ts";
import { until } from "../support/until.ts";

const CALLER = "79161234567";
const CALLER_NAME = "Ivan Petrov";
/** Proxy numbers reserved for these tests. */
const PREFIX = "7495700";
describe("The dialplan without a controller", function suite() {
  this.timeout(60_000);

  let lab: LabAddresses;
  let database: Connection;
  let callees: Callees;
  let masking: MaskingWatch;
  let serial = 0;

  const connect = async (): Promise<Connection> =>
    await createConnection({ uri: lab.mysql.url, timezone: "Z" });

  const forget = async (): Promise<void> => {
    await database.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${PREFIX}%`]);
    await forgetLines();
  };

  before(async function prepare() {
    lab = await labOrSkip(this);
    masking = new MaskingWatch({ caller: lab.inboundProvider.host, callee: lab.outboundProvider.host });
    await migratedLabDatabase(lab);
    database = await connect();
    await forget();
    callees = await startCallees();
    await giveDialplan(lab, {
      RING_TIMEOUT_SECONDS: "60",
      ANNOUNCEMENT_UNKNOWN: "sound:ss-noservice",
      ANNOUNCEMENT_DISABLED: "sound:ss-noservice",
      ANNOUNCEMENT_EXPIRED: "sound:ss-noservice",
    });
    await odbcWorks();
  });

  after(async () => {
    await callees?.stop();
    if (database !== undefined) {
      await forget();
      await database.end();
    }
  });

  afterEach("no party was told the other's number", () => masking.expectMasked(callees));

  /** After an outage Asterisk keeps away from the database for some seconds. */
  const odbcWorks = async (): Promise<void> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await asteriskCli("odbc read ODBC_PROXY_LOOKUP 1 exec");
      if (/returned 0 rows|no rows|NODATA|No rows/iu.test(answer)) return;
      if (Date.now() > deadline) throw new Error(`Asterisk does not reach the database: ${answer}`);
    }
  };

  const proxyNumber = (): string => `${PREFIX}${String((serial += 1)).padStart(4, "0")}`;

  /** A proxy number for a real one with this behaviour. */
  const mapped = async (
    behaviour: CalleeBehaviour,
    more: { state?: string; expiresAt?: string } = {},
  ): Promise<{ proxy: string; real: string }> => {
    const proxy = proxyNumber();
    const real = realNumberOf(behaviour, 7000 + serial);
    await database.query(
      "INSERT INTO phone_mappings (real_phone, fake_phone, state, expires_at) VALUES (?, ?, ?, ?)",
      [real, proxy, more.state ?? "active", more.expiresAt ?? null],
    );
    masking.reaches(proxy, real);
    return { proxy, real };
  };

  const place = (options: CallOptions): PlacedCall => {
    const call = placeCall(options);
    const { from = CALLER, callerName = from } = options;
    masking.watch({ ...options, from, callerName, messages: () => call.messages() });
    return call;
  };
  const dial = (to: string, script?: CallerScript): PlacedCall =>
    place({ to, from: CALLER, callerName: CALLER_NAME, ...(script === undefined ? {} : { script }) });

  const expectMasked = (result: CallResult, real: string): void => {
    expectNoLeak(result.messages, { numbers: [real], words: [lab.outboundProvider.host] });
    const atCallee = callees.messagesOf(real);
    if (atCallee.length > 0)
      expectNoLeak(atCallee, { numbers: [CALLER], words: [CALLER_NAME, lab.inboundProvider.host] });
  };

  it("connects a call through the database, and records it", async () => {
    const { proxy, real } = await mapped("ringsThenAnswers");
    const result = await dial(proxy, { kind: "talks", talkMs: 1_200 }).result;
    expect(result.complaints).to.equal("");
    expect(result.finalCode).to.equal(200);
    expect(result.provisionalCodes).to.include(180);
    const invite = await callees.invited(real);
    expect(headerValues(invite, "From")[0]).to.contain(`sip:${proxy}@`);
    expect(headerValues(invite, "P-Asserted-Identity")[0]).to.contain(`sip:${proxy}@`);
    const line = await endOf(proxy);
    expect(line).to.include({
      version: "2",
      asterisk: "lab",
      dialled: proxy,
      proxy,
      real,
      caller: CALLER,
      trunkIn: "trunk-in",
      path: "odbc",
      trunkOut: "trunk-out",
      shown: proxy,
      status: "",
      reason: "",
      dialStatus: "ANSWER",
      endedBy: "caller",
      limitSeconds: "7200",
    });
    expect(line.callId).to.match(/^lab-/u);
    expect(await begunCalls()).to.include(line.callId);
    expect(Number(line.answeredMs)).to.be.closeTo(result.talkMs, 1_000);
    expect(Number(line.dialledAt)).to.be.at.least(Number(line.startedAt));
    expect(Number(line.endedAt)).to.be.greaterThan(Number(line.dialledAt));
    expect(line.ringMs).to.match(/^\d+$/u);
  });

  it("asks the database with a statement that has no readable number, because Asterisk logs one that fails", async () => {
    const { proxy, real } = await mapped("answers");
    const encoded = Buffer.from(proxy).toString("base64");
    const statement = await asteriskCli(`odbc read ODBC_PROXY_LOOKUP ${encoded}`);
    expect(statement).to.include(encoded).and.not.include(proxy);
    expect(await asteriskCli(`odbc read ODBC_PROXY_LOOKUP ${encoded} exec`)).to.include(real);
  });

  /** A call whose parties have ears: both speak, and both have been heard. */
  const conversation = async (
    behaviour: CalleeBehaviour,
    script: CallerScript,
    during: (caller: RtpParty, callee: RtpParty) => Promise<void>,
  ): Promise<CallResult> => {
    masking.expectMasked(callees);
    await callees.stop();
    const caller = await rtpParty(lab.inboundProvider.host, 0x21);
    const callee = await rtpParty(lab.outboundProvider.host, 0x54);
    callees = await startCallees({ rtp: callee.address });
    try {
      const { proxy, real } = await mapped(behaviour);
      const call = place({ to: proxy, rtp: caller.address, script });
      const toCaller = mediaOf(await call.gets(200));
      const toCallee = mediaOf(await callees.invited(real));
      if (toCaller === null || toCallee === null) throw new Error("Asterisk sent no SDP.");
      caller.speak(toCaller);
      callee.speak(toCallee);
      await Promise.all([caller.hears(callee, 20), callee.hears(caller, 20)]);
      await during(caller, callee);
      return await call.result;
    } finally {
      await caller.close();
      await callee.close();
      masking.expectMasked(callees);
      await callees.stop();
      callees = await startCallees();
    }
  };

  it("passes audio and DTMF between both parties", async () => {
    const result = await conversation("answers", { kind: "talks", talkMs: 4_000 }, async (caller, callee) => {
      await Promise.all([caller.press("4"), callee.press("#")]);
      await Promise.all([callee.hearsKey("4"), caller.hearsKey("#")]);
    });
    expect(result.scriptFollowed).to.equal(true);
  });

  it("passes on DTMF that a provider sends by INFO", async () => {
    await conversation(
      "answersThenPressesKey",
      { kind: "pressesKey", key: "5", talkMs: 4_000 },
      async (caller, callee) => {
        await Promise.all([callee.hearsKey("5"), caller.hearsKey("7")]);
      },
    );
  });

  it("records no caller who is not a number", async () => {
    const { proxy } = await mapped("answers");
    const from = "x%5C%27%2C1%2C1%29%3B--";
    const result = await place({ to: proxy, from, script: { kind: "talks", talkMs: 100 } }).result;
    expect(result.finalCode).to.equal(200);
    expect(await endOf(proxy)).to.include({ caller: "", dialStatus: "ANSWER" });
  });

  it("finds the mapping of a number dialled with a plus sign", async () => {
    const { proxy } = await mapped("answers");
    expect((await dial(`+${proxy}`, { kind: "talks", talkMs: 100 }).result).finalCode).to.equal(200);
    expect((await endOf(proxy)).dialStatus).to.equal("ANSWER");
  });

  it("ends the call when the callee hangs up", async () => {
    const { proxy } = await mapped("answersThenHangsUp");
    const result = await dial(proxy, { kind: "waits" }).result;
    expect(result.hungUpBy).to.equal("callee");
    expect(await endOf(proxy)).to.include({ dialStatus: "ANSWER", endedBy: "callee" });
  });

  /** By the answer of the callee's provider: the caller's final code, and the SIP code in the line. */
  const refusals: [CalleeBehaviour, number, string][] = [
    ["busy", 486, "486"],
    ["busyEverywhere", 486, "600"],
    ["ringsThenBusy", 486, "486"],
    ["notFound", 404, "404"],
    ["doesNotExist", 404, "604"],
    ["gone", 410, "410"],
    ["addressIncomplete", 484, "484"],
    ["earlyMediaThenUnallocated", 404, "404"],
    ["unavailable", 480, "480"],
    ["requestTimeout", 408, "408"],
    ["forbidden", 403, "403"],
    ["declines", 403, "603"],
    ["serverError", 503, "500"],
    ["serviceUnavailable", 503, "503"],
    ["redirects", 403, ""],
  ];
  it("passes the callee's failure cause to the caller", async () => {
    const seen = await Promise.all(
      refusals.map(async ([behaviour]) => {
        const { proxy } = await mapped(behaviour);
        const result = await dial(proxy).result;
        return [behaviour, result.finalCode, (await endOf(proxy)).sipCode];
      }),
    );
    expect(seen).to.deep.equal(refusals);
  });

  it("calls a refused redirect by its name", async () => {
    const { proxy } = await mapped("redirects");
    await dial(proxy).result;
    expect(await endOf(proxy)).to.include({ status: "rejected", reason: "redirect_refused" });
  });

  it("records a caller who hangs up while it rings", async () => {
    const { proxy, real } = await mapped("ringsForEver");
    const result = await dial(proxy, { kind: "cancels", after: 180, afterMs: 200 }).result;
    expect(result.finalCode).to.equal(487);
    expect(await endOf(proxy)).to.include({ dialStatus: "CANCEL", answeredMs: "", endedBy: "caller" });
    // The line is written before the callee's leg ends.
    await until(() => callees.messagesOf(real).some(({ startLine }) => startLine.startsWith("CANCEL ")));
  });

  it("plays an announcement, then rejects a number that must not be called, without dialling", async () => {
    const unknown = proxyNumber();
    const states = await Promise.all([
      mapped("answers", { state: "disabled" }),
      mapped("answers", { state: "expired" }),
      mapped("answers", { state: "quarantined" }),
      mapped("answers", { expiresAt: "2020-01-01 00:00:00" }),
    ]);
    const dialled = [unknown, ...states.map(({ proxy }) => proxy)];
    const results = await Promise.all(dialled.map(async (number) => await dial(number).result));
    expect(results.map(({ finalCode }) => finalCode)).to.deep.equal([404, 403, 410, 410, 410]);
    for (const result of results) expect(result.provisionalCodes).to.include(183);
    const lines = await Promise.all(dialled.map(endOf));
    expect(lines.map(({ status }) => status)).to.deep.equal([
      "unknown_number",
      "disabled",
      "expired",
      "quarantined",
      "expired",
    ]);
    for (const { real } of states) expect(callees.messagesOf(real)).to.deep.equal([]);
  });

  it("ends loops at one hop", async () => {
    const inner = await mapped("answers");
    const outer = proxyNumber();
    await database.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
      inner.proxy,
      outer,
    ]);
    const toProxy = await dial(outer).result;
    const cameBack = await place({
      to: inner.proxy,
      from: CALLER,
      identityHeaders: ["X-Phone-Proxy-Hop: lab"],
    }).result;
    expect(toProxy.answered || cameBack.answered).to.equal(false);
    expect(await endOf(outer)).to.include({ status: "loop", reason: "real_number_is_proxy" });
    expect(await endOf(inner.proxy)).to.include({ status: "loop", reason: "came_back" });
    expect(callees.messagesOf(inner.real)).to.deep.equal([]);
  });

  it("ends a loop even if the network drops the mark, and is not confused by redialling", async () => {
    const first = await mapped("ringsForEver");
    const second = await mapped("answers");
    const rings = (afterMs: number): CallerScript => ({ kind: "cancels", after: 180, afterMs });
    // Until the calls that come back are refused.
    const ringing = dial(first.proxy, rings(8_000));
    await ringing.gets(180);
    // Forwarded to another proxy number, to the same one, and by a network that shows who forwards.
    const back = [
      await place({ to: second.proxy, from: first.proxy }).result,
      await place({ to: first.proxy, from: `+${first.proxy}` }).result,
      await place({ to: first.proxy, from: first.real }).result,
    ];
    expect(
      back.map(({ answered, provisionalCodes }) => answered || provisionalCodes.includes(180)),
    ).to.deep.equal([false, false, false]);
    expect((await ringing.result).finalCode).to.equal(487);
    expect(await endOf(second.proxy)).to.include({ status: "loop", reason: "came_back" });
    expect(callees.messagesOf(second.real)).to.deep.equal([]);

    // The same caller once more, and the owner, who has no call to return: the dialplan of this suite knows no records.
    expect((await dial(first.proxy, rings(500)).result).finalCode).to.equal(487);
    expect((await place({ to: first.proxy, from: first.real }).result).finalCode).to.equal(403);
    const talking = await mapped("answers");
    const call = dial(talking.proxy, { kind: "talks", talkMs: 1_500 });
    await call.gets(200);
    // A proxy number that is in a conversation can be reached.
    const other = await place({
      to: talking.proxy,
      from: "79161230000",
      script: { kind: "talks", talkMs: 100 },
    }).result;
    expect(other.finalCode).to.equal(200);
    await call.result;
  });

  for (const [way, headers, from] of [
    ["by Privacy", ["Privacy: user;id"], CALLER],
    ["by From", [], "anonymous"],
  ] as const)
    it(`does not record a number that is withheld ${way}`, async () => {
      const { proxy } = await mapped("answers");
      const identityHeaders = [`P-Asserted-Identity: <sip:${CALLER}@provider.invalid>`, ...headers];
      await place({ to: proxy, from, identityHeaders, script: { kind: "talks", talkMs: 100 } }).result;
      expect(await endOf(proxy)).to.include({ dialStatus: "ANSWER", caller: "" });
    });

  it("rejects invalid numbers, and callers other than the inbound provider", async () => {
    const { proxy, real } = await mapped("answers");
    expect((await dial("reception").result).finalCode).to.equal(484);
    expect((await dial(`${proxy}x`).result).finalCode).to.equal(484);
    const fromOutbound = await place({ to: proxy, host: lab.outboundProvider.host }).result;
    expect(fromOutbound.finalCode).to.equal(404);
    const stranger = place({ to: proxy, host: "127.0.0.9" });
    expect((await stranger.result).finalCode).to.equal(403);
    expect(callees.messagesOf(real)).to.deep.equal([]);
  });

  it("rejects a transfer and leaves the call unchanged", async () => {
    const { proxy, real } = await mapped("answersThenRefers");
    const result = await dial(proxy, { kind: "talks", talkMs: 1_000 }).result;
    expect(result.hungUpBy).to.equal("caller");
    const answers = callees.messagesOf(real).filter((message) => methodOf(message) === "REFER");
    expect(answers.map(statusOf)).to.deep.equal([null, 603]);
    expect(callees.messagesOf(FOREIGN_NUMBER)).to.deep.equal([]);
  });

  it("reveals neither party's number to the other, whatever the callee does", async () => {
    for (const behaviour of calleeBehaviours) {
      const { proxy, real } = await mapped(behaviour);
      const result = await dial(proxy, scriptFor(behaviour)).result;
      expectMasked(result, real);
      await endOf(proxy);
    }
    expect(
      callees.messagesOf(FOREIGN_NUMBER),
      "calls to where a callee redirected or transferred",
    ).to.deep.equal([]);
  });

  describe("without the database", () => {
    let application: Server | null = null;
    let isAway = false;

    const bringBack = async (): Promise<void> => {
      await startPart("mysql");
      if (isAway) database = await connect();
      isAway = false;
    };

    before(async () => {
      await database.end();
      isAway = true;
      await stopPart("mysql");
    });

    afterEach(async () => {
      if (application === null) return;
      application.close();
      application.closeAllConnections();
      await once(application, "close");
      application = null;
    });

    after(async () => {
      await bringBack();
      await odbcWorks();
    });

    /** An application that answers every lookup this way; resolves to the requests. */
    const answerLookups = async (
      status: number,
      answer: (number: string) => unknown,
      afterMs = 0,
    ): Promise<{ readonly asked: string[]; readonly urls: Set<string> }> => {
      const asked: string[] = [];
      const urls = new Set<string>();
      application = createServer((request, response) => {
        void text(request).then((body) => {
          const { fake } = JSON.parse(body) as { fake: string };
          urls.add(`${request.method ?? ""} ${request.url ?? ""}`);
          asked.push(fake);
          setTimeout(() => {
            response
              .writeHead(status, { "content-type": "application/json" })
              .end(JSON.stringify(answer(fake)));
          }, afterMs);
        });
      }).listen(lab.application.port, lab.application.host);
      await once(application, "listening");
      return { asked, urls };
    };

    it("connects a call through the application's lookup, which is asked without a number in the URL", async () => {
      const proxy = proxyNumber();
      const real = realNumberOf("answers", 9001);
      masking.reaches(proxy, real);
      const { asked, urls } = await answerLookups(200, (fake) => ({
        fake_phone: fake,
        real_phone: real,
        state: "active",
        policy: "",
        shown_phone: "",
      }));
      const result = await dial(proxy, { kind: "talks", talkMs: 100 }).result;
      expect(result.finalCode).to.equal(200);
      // Twice, if this process is too busy to answer at once.
      expect(new Set(asked)).to.deep.equal(new Set([proxy]));
      expect([...urls]).to.deep.equal(["POST /lookup?for=call"]);
      expectMasked(result, real);
      expect(await endOf(proxy)).to.include({ path: "http", real, caller: CALLER, dialStatus: "ANSWER" });
    });

    it("waits for an application that is slow, while the caller hears ringing", async () => {
      const proxy = proxyNumber();
      const real = realNumberOf("answers", 9003);
      masking.reaches(proxy, real);
      const { asked } = await answerLookups(
        200,
        (fake) => ({ fake_phone: fake, real_phone: real, state: "active", policy: "", shown_phone: "" }),
        1_000,
      );
      const result = await dial(proxy, { kind: "talks", talkMs: 100 }).result;
      expect(result.finalCode).to.equal(200);
      expect(result.provisionalCodes).to.include(180);
      expect(asked).to.deep.equal([proxy, proxy]);
      expect(await endOf(proxy)).to.include({ path: "http", real, dialStatus: "ANSWER" });
    });

    it("asks the application for the second reading of an unknown number", async () => {
      const second = `8${PREFIX.slice(1)}0099`;
      const real = realNumberOf("answers", 9002);
      masking.reaches(second, real);
      await answerLookups(200, (fake) =>
        fake === second
          ? { fake_phone: fake, real_phone: real, state: "active", policy: "", shown_phone: "" }
          : { status: 404, state: "unknown" },
      );
      expect((await dial(second, { kind: "talks", talkMs: 100 }).result).finalCode).to.equal(200);
      expect(await endOf(second)).to.include({ proxy: second, real, shown: second });
    });

    for (const [state, sip, status] of [
      ["unknown", 404, "unknown_number"],
      ["disabled", 403, "disabled"],
      ["expired", 410, "expired"],
      ["quarantined", 410, "quarantined"],
      ["loop", 603, "loop"],
    ] as const)
      it(`refuses a number that the application calls ${state}`, async () => {
        const proxy = proxyNumber();
        await answerLookups(state === "unknown" ? 404 : 200, () => ({ status: 404, state }));
        const { finalCode } = await dial(proxy).result;
        expect([finalCode, (await endOf(proxy)).status]).to.deep.equal([sip, status]);
      });

    it("plays an announcement if no lookup is available", async () => {
      const proxy = proxyNumber();
      const result = await dial(proxy).result;
      expect(result.provisionalCodes).to.include(183);
      expect(result.finalCode).to.equal(503);
      expect(await endOf(proxy)).to.include({ status: "failed", reason: "lookup_unavailable", cause: "34" });
    });

    it("writes no number into Asterisk's log", async () => {
      const log = await readFile(join(labLayout().root, "var/log/asterisk/messages.log"), "utf8");
      const ours = log.slice(log.lastIndexOf("] Asterisk 22"));
      // Ten digits in a row are a time here and there; the numbers of these tests are not.
      const ourNumbers = /79161234567|7495700\d{4}|7900\d{7}/u;
      expect(ours.split("\n").filter((line) => ourNumbers.test(line))).to.deep.equal([]);
    });
  });
});
