import { expect } from "chai";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { WebSocket } from "ws";
import type { AriEvent } from "../../src/ari/generated/models.ts";
import { asteriskCli, freezePart, type LabAddresses, thawPart } from "../../lab/lab.ts";
import { endOf, forgetLines } from "../support/callFile.ts";
import { migratedLabDatabase } from "../support/labDatabase.ts";
import { giveDialplan } from "../support/dialplanSettings.ts";
import { labOrSkip } from "../support/requirements.ts";
import { methodOf, placeCall, statusOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";

/** What callers are promised. */
const longestSilenceMs = 3_000;

describe("a caller while no lookup responds", function suite() {
  this.timeout(60_000);
  let lab: LabAddresses;
  let serial = 0;

  before(async function prepare() {
    lab = await labOrSkip(this);
    await migratedLabDatabase(lab);
    await forgetLines();
    // With an announcement, whatever the settings of the last application were.
    await giveDialplan(lab);
  });

  const setGlobal = (name: string, value: string): Promise<string> =>
    asteriskCli(`dialplan set global ${name} ${value}`);

  /** An application that accepts connections and never answers. */
  const frozenApplication = async (): Promise<Server> => {
    const server = createServer((socket) => socket.on("error", () => undefined)).listen(
      lab.application.port,
      lab.application.host,
    );
    await once(server, "listening");
    return server;
  };

  /** A controller that takes every call and never decides. */
  const deafController = async (): Promise<WebSocket> => {
    const { url, username, password } = lab.ari;
    const query = new URLSearchParams({ app: "phone-proxy", api_key: `${username}:${password}` });
    const socket = new WebSocket(`${url.replace("http", "ws")}/ari/events?${query.toString()}`);
    await once(socket, "open");
    return socket;
  };

  /** A controller that takes every call with CONNECT=bridge, makes a leg for every other one, and never dials. */
  const takingController = async (): Promise<WebSocket> => {
    const { url, username, password } = lab.ari;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const request = (path: string, query: Record<string, string>): Promise<unknown> =>
      fetch(`${url}/ari${path}?${new URLSearchParams(query).toString()}`, {
        method: "POST",
        headers: { authorization },
      });
    const takeOn = async ({
      args,
      channel: { id, name },
    }: AriEvent & { type: "StasisStart" }): Promise<void> => {
      const [what, callerId = "", callerName = ""] = args;
      if (what === "in")
        await request(`/channels/${id}/continue`, { context: "held", extension: "s", priority: "1" });
      else if (what === "held" && (serial += 1) % 2 === 0)
        await request("/channels/create", {
          endpoint: "PJSIP/79001112233@trunk-out",
          app: "phone-proxy",
          appArgs: `leg,${id},${name}`,
          originator: id,
        });
      else if (what === "leg") {
        await request("/asterisk/variable", { variable: `SHARED(OTHER_LEG,${callerName})`, value: name });
        await request(`/bridges/${id}`, { type: "mixing" });
        await request(`/bridges/${id}/addChannel`, { channel: `${callerId},${id}` });
      }
    };
    const socket = await deafController();
    socket.on("message", (data: Buffer) => {
      const event = JSON.parse(data.toString()) as AriEvent;
      if (event.type === "StasisStart") void takeOn(event);
    });
    return socket;
  };

  /** Milliseconds from the INVITE until the caller hears something: ringing, or the announcement. */
  const silenceOf = async (): Promise<number> => {
    const to = `7495705${String((serial += 1)).padStart(4, "0")}`;
    const call = placeCall({
      to,
      from: "79161234567",
      script: { kind: "cancels", after: 183, afterMs: 100 },
    });
    const { messages } = await call.result;
    const invited = messages.find(
      (message) => message.direction === "sent" && methodOf(message) === "INVITE",
    );
    const heard = messages.find(
      (message) => message.direction === "received" && [180, 183].includes(statusOf(message) ?? 0),
    );
    if (invited === undefined || heard === undefined) throw new Error("The caller heard nothing.");
    expect(await endOf(to)).to.include({ status: "failed", reason: "lookup_unavailable", dialStatus: "" });
    return heard.atMs - invited.atMs;
  };

  for (const [what, startController, connect] of [
    ["without a controller", null, "dial"],
    ["with a controller that does not decide", deafController, "dial"],
    ["with a controller that does not take calls", deafController, "bridge"],
    ["with a controller that takes calls and does not dial", takingController, "bridge"],
  ] as const)
    it(`hears an announcement in time while MySQL and the application are frozen, ${what}`, async () => {
      const application = await frozenApplication();
      const controller = (await startController?.()) ?? null;
      await setGlobal("CONNECT", connect);
      await setGlobal("DATABASE_AWAY_UNTIL", "0");
      // Connections to the database that were good before.
      await Promise.all([1, 2, 3, 4].map(() => asteriskCli("odbc read ODBC_PROXY_LOOKUP 1 exec")));
      freezePart("mysql");
      try {
        const first = await Promise.all([1, 2, 3, 4, 5].map(silenceOf));
        const later = await silenceOf();
        console.log(`      silence: ${first.join(", ")} ms, then ${later} ms`);
        for (const silence of [...first, later]) expect(silence).to.be.below(3 * longestSilenceMs);
        await until(async () => /^0 active channels/mu.test(await asteriskCli("core show channels count")));
      } finally {
        thawPart("mysql");
        controller?.terminate();
        application.close();
        await setGlobal("DATABASE_AWAY_UNTIL", "0");
        await until(async () =>
          /returned 0 rows|no rows|NODATA/iu.test(await asteriskCli("odbc read ODBC_PROXY_LOOKUP 1 exec")),
        );
      }
    });
});
