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
import { type SentInvite, SipSender } from "../support/sipSender.ts";
import { migratedLabDatabase } from "../support/labDatabase.ts";

const caller = "79161234567";
const prefix = "7495605";
/** The caller withholds the number, but the provider sends it. */
const withheld: SentInvite = {
  from: "<sip:anonymous@anonymous.invalid>",
  headers: [`P-Asserted-Identity: <sip:${caller}@provider.invalid>`, "Privacy: id"],
};
const base64 = (text: string): string => Buffer.from(text).toString("base64");

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
    // It renames a table.
    database = await createConnection({ uri: lab.mysql.migrationsUrl });
    sender = await SipSender.open(lab.inboundProvider.host, lab.sip);
    await giveDialplan(lab, { ANNOUNCEMENT_OWN_NUMBER: "sound:beep" });
    await asteriskCli("dialplan set global DATABASE_AWAY_UNTIL 0");
    await forgetMappings();
    await forgetLines();
  });
  after(async () => {
    await sender?.close();
    if (database === undefined) return;
    await forgetMappings();
    await database.end();
  });
  beforeEach(() => {
    log = new AsteriskLog();
  });
  afterEach("no number is in it", () => {
    // Six digits are eight characters in base64, whatever follows them.
    const inBase64 = [caller, prefix].map((number) => base64(number.slice(0, 6)));
    expect(log.linesWith(caller, prefix, ...inBase64)).to.deep.equal([]);
  });

  const forgetMappings = (): Promise<unknown> =>
    database.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${prefix}%`]);

  const freeNumber = (): string => `${prefix}${String((serial += 1)).padStart(4, "0")}`;

  const call = (
    invite: SentInvite = {},
    number = freeNumber(),
  ): { readonly number: string; readonly callId: string } => {
    const callId = `log-${number}`;
    sender.invite(callId, { user: number, from: `<sip:${caller}@provider.invalid>`, ...invite });
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
      ] as const)
        for (const invite of [{}, withheld]) {
          const started = startedOn(socket);
          const { callId } = call(invite);
          const { channelId, args } = await started;
          expect(args.slice(6)).to.deep.equal(invite === withheld ? ["", "", caller] : [caller, "", ""]);
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

  it("has no number when owners withhold theirs and dial their own proxy number, and the call file has no caller", async () => {
    const proxy = freeNumber();
    await database.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
      caller,
      proxy,
    ]);
    const { callId } = call(withheld, proxy);
    expect(await sender.finalCode(callId)).to.equal(403);
    expect(await endOf(proxy)).to.include({ path: "odbc", status: "own_number", caller: "", shown: "" });
  });

  it("has no number when the database refuses the dialplan's statement", async () => {
    await database.query("RENAME TABLE number_pools TO number_pools_away");
    try {
      for (const invite of [{}, withheld]) {
        await asteriskCli("dialplan set global DATABASE_AWAY_UNTIL 0");
        const { number, callId } = call(invite);
        expect(await sender.finalCode(callId)).to.equal(503);
        expect(await endOf(number)).to.include({ status: "failed", reason: "lookup_unavailable" });
      }
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
      async (index) => {
        const { callId } = call(index % 2 === 0 ? {} : withheld);
        expect(await sender.finalCode(callId)).to.equal(404);
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

interface Started {
  readonly channelId: string;
  readonly args: readonly string[];
}

/** The next channel that enters the application. */
function startedOn(socket: WebSocket): Promise<Started> {
  return new Promise((resolve) => {
    const listen = (data: Buffer): void => {
      const event = JSON.parse(data.toString()) as {
        type: string;
        channel?: { id: string };
        args: readonly string[];
      };
      if (event.type !== "StasisStart" || event.channel === undefined) return;
      socket.off("message", listen);
      resolve({ channelId: event.channel.id, args: event.args });
    };
    socket.on("message", listen);
  });
}
