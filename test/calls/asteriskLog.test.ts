import { expect } from "chai";
import { once } from "node:events";
import { type Connection, createConnection } from "mysql2/promise";
import { WebSocket } from "ws";
import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { createHttpRequester } from "../../src/ari/httpRequester.ts";
import { operation } from "../../src/ari/operation.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { AsteriskLog } from "../support/asteriskLog.ts";
import { endOf, forgetLines } from "../support/callFile.ts";
import { startSome } from "../support/callPaths.ts";
import { giveDialplan } from "../support/dialplanSettings.ts";
import { labOrSkip } from "../support/requirements.ts";
import { silentLogger } from "../support/silentLogger.ts";
import { SipSender } from "../support/sipSender.ts";
import { migratedLabDatabase } from "../support/labDatabase.ts";

const caller = "79161234567";
const prefix = "7495605";

describe("Asterisk's log", function suite() {
  this.timeout(60_000);
  let lab: LabAddresses;
  let sender: SipSender;
  let database: Connection;
  let log: AsteriskLog;
  let serial = 0;

  before(async function prepare() {
    lab = await labOrSkip(this);
    await migratedLabDatabase(lab);
    database = await createConnection({ uri: lab.mysql.url });
    sender = await SipSender.open(lab.inboundProvider.host, lab.sip);
    await giveDialplan(lab);
    await asteriskCli("dialplan set global DATABASE_AWAY_UNTIL 0");
    await forgetLines();
  });
  after(async () => {
    await sender?.close();
    await database?.end();
  });
  beforeEach(() => {
    log = new AsteriskLog();
  });
  afterEach("no number is in it", () => expect(log.linesWith(caller, prefix)).to.deep.equal([]));

  const call = (): { readonly number: string; readonly callId: string } => {
    const number = `${prefix}${String((serial += 1)).padStart(4, "0")}`;
    const callId = `log-${number}`;
    sender.invite(callId, { user: number, from: `<sip:${caller}@provider.invalid>` });
    return { number, callId };
  };

  /** A controller's connection, and requests over HTTP. */
  const connect = async () => {
    const { url, username, password } = lab.ari;
    const query = new URLSearchParams({ app: "phone-proxy", api_key: `${username}:${password}` });
    const socket = new WebSocket(`${url.replace("http", "ws")}/ari/events?${query.toString()}`);
    await once(socket, "open");
    const asterisk = createHttpRequester(
      { name: "lab", application: "phone-proxy", ...lab.ari },
      { clock: systemClock, logger: silentLogger },
    );
    return { socket, asterisk };
  };

  it("has no number when a decision names a context that the dialplan does not have", async () => {
    const { socket, asterisk } = await connect();
    try {
      for (const [context, extension] of [
        ["no-such-context", `${prefix}0001*${caller}**1-d`],
        ["connect", `${caller}x`],
        ["refuse", caller],
        ["fallback", caller],
      ] as const) {
        const started = startedOn(socket);
        const { callId } = call();
        const channelId = await started;
        await asterisk.request(
          {
            method: "POST",
            path: `/channels/${channelId}/continue`,
            query: { context, extension, priority: "1" },
          },
          { timeoutMs: 5_000 },
        );
        expect(await sender.finalCode(callId), context).to.be.greaterThan(299);
      }
    } finally {
      asterisk.close();
      socket.terminate();
    }
  });

  it("has no number when the database refuses the dialplan's statement", async () => {
    await database.query("RENAME TABLE number_pools TO number_pools_away");
    try {
      const { number, callId } = call();
      expect(await sender.finalCode(callId)).to.equal(503);
      expect(await endOf(number)).to.include({ status: "failed", reason: "lookup_unavailable" });
      expect(log.lines.join("\n")).to.contain("Unable to execute query");
    } finally {
      await database.query("RENAME TABLE number_pools_away TO number_pools");
      await asteriskCli("dialplan set global DATABASE_AWAY_UNTIL 0");
    }
  });

  it("has a line a second, not one for each call that no controller takes after one was killed", async () => {
    const { socket, asterisk } = await connect();
    const path = { applicationName: "phone-proxy" };
    const eventSource = "endpoint:PJSIP/trunk-out-0";
    await asterisk.request(operation("applications.subscribe", path, { eventSource }), { timeoutMs: 5_000 });
    socket.terminate();
    const startedAtMs = performance.now();
    const calls = startSome(
      Array.from({ length: 100 }, (_, index) => index),
      10,
      async () => {
        expect(await sender.finalCode(call().callId)).to.equal(404);
      },
    );
    await Promise.all(calls.values());
    const seconds = Math.ceil((performance.now() - startedAtMs) / 1000);
    // Calls that come in the same moment do not know of each other.
    console.log(`      ${log.lines.length} lines in ${seconds} s`);
    expect(log.lines.length).to.be.within(1, (seconds + 1) * 10);
    await asterisk.request(operation("applications.unsubscribe", path, { eventSource }), {
      timeoutMs: 5_000,
    });
    asterisk.close();
  });
});

/** ID of the next channel that enters the application. */
function startedOn(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    const listen = (data: Buffer): void => {
      const event = JSON.parse(data.toString()) as { type: string; channel?: { id: string } };
      if (event.type !== "StasisStart" || event.channel === undefined) return;
      socket.off("message", listen);
      resolve(event.channel.id);
    };
    socket.on("message", listen);
  });
}
