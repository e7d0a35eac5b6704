import { expect } from "chai";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { type Connection, createConnection } from "mysql2/promise";
import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { asteriskLineOf } from "../../src/callLog/rules/asteriskLine.ts";
import { recordOfLine } from "../../src/callLog/rules/recordOfLine.ts";
import { createStore } from "../../src/store/store.ts";
import type { CallRecord } from "../../src/values/callRecord.ts";
import { endTextOf, forgetLines } from "../support/callFile.ts";
import { silentLogger } from "../support/silentLogger.ts";
import { labOrSkip } from "../support/requirements.ts";
import { callScenarios } from "../support/scenarios.ts";
import {
  type CalleeBehaviour,
  type Callees,
  type CallerScript,
  type CallResult,
  headerValues,
  placeCall,
  realNumberOf,
  startCallees,
} from "../support/sipp.ts";
import { until } from "../support/until.ts";

const caller = "79161234567";
const fixed = "78005553535";
const prefix = "7495704";
/** Instead of a minute, so that the scenarios that wait for it end. */
const ringSeconds = 3;

interface Treatment {
  readonly name: string;
  /** Columns of `phone_mappings`, or null for a number without a mapping. */
  readonly mapping: Readonly<Record<string, string>> | null;
  readonly sip: number;
  readonly status: CallRecord["status"];
  readonly reason: CallRecord["statusReason"];
  /** `undefined`: no leg. */
  readonly shown?: string | null;
}

const hungUp = { sip: 200, status: "answered", reason: "caller_hung_up" } as const;
const treatments: readonly Treatment[] = [
  { name: "shows the proxy number", mapping: {}, ...hungUp, shown: "proxy" },
  { name: "shows the caller", mapping: { caller_id_policy: "caller" }, ...hungUp, shown: caller },
  { name: "shows no number", mapping: { caller_id_policy: "anonymous" }, ...hungUp, shown: null },
  {
    name: "shows a fixed number",
    mapping: { caller_id_policy: "fixed", caller_id_number: fixed },
    ...hungUp,
    shown: fixed,
  },
  { name: "refuses an unknown number", mapping: null, sip: 404, status: "unknown_number", reason: null },
  {
    name: "refuses a disabled one",
    mapping: { state: "disabled" },
    sip: 403,
    status: "disabled",
    reason: null,
  },
  {
    name: "refuses an expired one",
    mapping: { state: "expired" },
    sip: 410,
    status: "expired",
    reason: null,
  },
  {
    name: "refuses one in quarantine",
    mapping: { state: "quarantined" },
    sip: 410,
    status: "quarantined",
    reason: null,
  },
  {
    name: "refuses one that expired by time",
    mapping: { expires_at: "2020-01-01 00:00:00" },
    sip: 410,
    status: "expired",
    reason: null,
  },
];

/** Who looks the number up. */
type Path = "odbc" | "http";

for (const path of ["odbc", "http"] as const satisfies readonly Path[])
  describe(`a call on the path ${path}`, function suite() {
    this.timeout(60_000);
    let lab: LabAddresses;
    let database: Connection;
    let callees: Callees;
    let application: Server | null = null;
    let serial = path === "odbc" ? 0 : 500;

    const setGlobal = (name: string, value: string | number): Promise<string> =>
      asteriskCli(`dialplan set global ${name} ${value}`);
    const forget = async (): Promise<void> => {
      await database.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${prefix}%`]);
      await forgetLines();
    };

    /** What the application answers at `/lookup?for=call`, from the same rows. */
    const answerLookups = async (): Promise<Server> => {
      const server = createServer((request, response) => {
        const answer = async (): Promise<void> => {
          const { fake } = JSON.parse(await text(request)) as { fake: string };
          const [rows] = await database.query<never[]>(
            `SELECT fake_phone, real_phone, IF(expires_at < NOW(), 'expired', state) AS state,
               COALESCE(caller_id_policy, '') AS policy, COALESCE(caller_id_number, '') AS shown_phone
             FROM phone_mappings WHERE fake_phone = ?`,
            [fake],
          );
          response
            .writeHead(rows.length > 0 ? 200 : 404, { "content-type": "application/json" })
            .end(JSON.stringify(rows[0] ?? { state: "unknown" }));
        };
        void answer();
      }).listen(lab.application.port, lab.application.host);
      await once(server, "listening");
      return server;
    };

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
      // The settings are loaded by the first call, and would replace these.
      await setGlobal("PP_LOADED", "");
      await placeCall({ to: "112", from: caller, script: { kind: "waits" } }).result;
      await setGlobal("RING_SECONDS", ringSeconds);
      for (const name of ["UNKNOWN", "DISABLED", "EXPIRED"]) await setGlobal(`ANNOUNCE_${name}`, '""');
      // An outage that outlasts the suite: the fallback asks the application.
      await setGlobal("DATABASE_AWAY_UNTIL", path === "http" ? "9999999999" : "0");
      if (path === "http") application = await answerLookups();
    });
    after(async () => {
      await callees?.stop();
      application?.close();
      if (database === undefined) return;
      await forget();
      await database.end();
      await asteriskCli("dialplan reload");
    });

    const place = async (
      behaviour: CalleeBehaviour,
      script: CallerScript,
      mapping: Treatment["mapping"],
    ): Promise<{
      result: CallResult;
      record: CallRecord;
      shown: string | null | undefined;
      proxy: string;
    }> => {
      serial += 1;
      const proxy = `${prefix}${String(serial).padStart(4, "0")}`;
      const real = realNumberOf(behaviour, 4_000 + serial);
      if (mapping !== null)
        await database.query("INSERT INTO phone_mappings SET ?", [
          { fake_phone: proxy, real_phone: real, ...mapping },
        ]);
      const result = await placeCall({ to: proxy, from: caller, script }).result;
      let line = "";
      await until(async () => (line = await endTextOf(proxy)) !== "");
      const parsed = asteriskLineOf(line);
      if (parsed?.kind !== "end") throw new Error("The application does not read the line.");
      expect(parsed.call.path).to.equal(path);
      const invite = callees.messagesOf(real).find(({ startLine }) => startLine.startsWith("INVITE"));
      const user = invite && (/sip:(\w+)@/u.exec(headerValues(invite, "From")[0] ?? "")?.[1] ?? "");
      const shown = user === "anonymous" ? null : user;
      return { result, record: recordOfLine(parsed.call), shown, proxy };
    };

    for (const { name, callee, caller: script, sip, status, reason, calleeSip } of callScenarios)
      it(`when ${name}: ${sip}, ${status}`, async () => {
        const { result, record, shown, proxy } = await place(callee, script, {});
        expect(result.finalCode).to.equal(sip);
        expect(shown).to.equal(proxy);
        expect(record).to.include({ status, statusReason: reason, inboundTrunk: "trunk-in" });
        expect(record).to.include({ outboundTrunk: "trunk-out", shownNumber: proxy });
        if (calleeSip !== undefined && reason !== "redirect_refused")
          expect(record.sipCode).to.equal(calleeSip);
        if (status === "answered") expect(record.answeredAtMs).to.be.a("number");
        else expect(record.answeredAtMs).to.equal(null);
      });

    for (const { name, mapping, sip, status, reason, shown } of treatments)
      it(`${name}: ${sip}, ${status}`, async () => {
        const script: CallerScript = sip === 200 ? { kind: "talks", talkMs: 100 } : { kind: "waits" };
        const { proxy, ...seen } = await place("answers", script, mapping);
        expect(seen.result.finalCode).to.equal(sip);
        expect(seen.shown).to.equal(shown === "proxy" ? proxy : shown);
        expect(seen.record).to.include({ status, statusReason: reason });
        expect(seen.record.shownNumber).to.equal(seen.shown ?? null);
      });
  });
