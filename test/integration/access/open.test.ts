import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { WebSocket } from "ws";
import { createAuditLog } from "../../../src/access/auditLog.ts";
import type { AuditRecord } from "../../../src/access/types.ts";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Store } from "../../../src/store/types.ts";
import { createLive } from "../../../src/app/live.ts";
import type { Live } from "../../../src/app/live.ts";
import { phoneNumber, startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { anIncomingCall, Story } from "../../support/calls.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

describe("With open access", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let api: TestApi;
    let live: Live;
    let hungUp: string[];
    const sockets: WebSocket[] = [];

    beforeEach(async () => {
      ({ store } = await open());
      hungUp = [];
      live = createLive({
        node: "test",
        store,
        bus: createLocalBus({ logger: silentLogger }),
        clock: systemClock,
        logger: silentLogger,
        hangUp: (callId) => hungUp.push(callId) > 0,
        placeTestCall: null,
      });
      api = await startApi(store, { live });
      await api.pools.ensureDefault([
        { first: phoneNumber("79580000000"), last: phoneNumber("79580000009") },
      ]);
      live.observe(null, new Story(undefined, anIncomingCall({ callId: "call-1", atMs: Date.now() })).call, {
        type: "callStarted",
      } as never);
      await until(() => live.board.size === 1);
    });
    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.terminate();
      await live.close();
      await api.close();
    });

    const file = (): FormData => {
      const form = new FormData();
      form.set("file", new Blob(["phone\n79001112233\n"], { type: "text/csv" }), "numbers.csv");
      return form;
    };
    const send = (
      method: string,
      path: string,
      headers: Record<string, string> = {},
      body: FormData | Blob | string | null = null,
    ): Promise<Response> => fetch(`${api.http.url}${path}`, { method, headers, body });
    const codeOf = async (response: Promise<Response>): Promise<unknown> => {
      const answer = (await (await response).json()) as { readonly code?: string };
      return answer.code;
    };
    const count = async (): Promise<number> => {
      const [row]: { count: number | string }[] = await store.read((manager) =>
        manager.query("SELECT COUNT(*) AS count FROM phone_mappings"),
      );
      return Number(row?.count);
    };
    const written = async (): Promise<readonly AuditRecord[]> => {
      const audit = createAuditLog({ store, logger: silentLogger, clock: systemClock });
      const { items } = await audit.page({}, { before: null, limit: 100 });
      await audit.close();
      return items.toReversed();
    };

    it("pages of other sites change nothing, and our own pages and programs can", async () => {
      const foreign = [
        { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" },
        { Origin: "https://evil.example" },
        { "Sec-Fetch-Site": "same-site" },
        { Origin: "null", "Sec-Fetch-Site": "cross-site" },
        { Origin: api.http.url, "Sec-Fetch-Site": "cross-site" },
      ];
      for (const headers of foreign) {
        const name = JSON.stringify(headers);
        expect(await codeOf(send("POST", "/upload", headers, file())), name).to.equal("FOREIGN_ORIGIN");
        expect(await codeOf(send("POST", "/calls/call-1/hangup", headers)), name).to.equal("FOREIGN_ORIGIN");
        expect(await codeOf(send("DELETE", "/mappings/1", headers)), name).to.equal("FOREIGN_ORIGIN");
        const blob = new Blob(['{"all":true,"filter":{},"release":true}']);
        expect(await codeOf(send("POST", "/mappings/bulk", headers, blob)), name).to.equal("FOREIGN_ORIGIN");
      }
      expect(await count()).to.equal(0);
      expect(hungUp).to.deep.equal([]);
      expect(await written()).to.deep.equal([]);
      const ours = { Origin: api.http.url, "Sec-Fetch-Site": "same-origin" };
      expect((await send("POST", "/upload", ours, file())).status).to.equal(200);
      expect((await send("POST", "/calls/call-1/hangup")).status).to.equal(202);
      // Reading changes nothing, and the browser hides the response from other sites.
      expect((await send("GET", "/mappings", foreign[0])).status).to.equal(200);
    });

    /** The status, and the code of the problem. */
    async function rawly(lines: readonly string[]): Promise<readonly [status: number, code: unknown]> {
      const { port } = new URL(api.http.url);
      const socket = connect(Number(port), "127.0.0.1");
      socket.end([...lines, "Connection: close", "", ""].join("\r\n"));
      let answer = "";
      for await (const chunk of socket) answer += String(chunk);
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const json = head.includes("application/problem+json") && body !== "" ? JSON.parse(body) : {};
      return [Number(head.split(" ")[1]), (json as { readonly code?: string }).code];
    }

    it("requests for other host names are rejected, whatever they request", async () => {
      const asked = [
        "GET /",
        "GET /health",
        "GET /mappings",
        "GET /lookup/fake/79001112233",
        "GET /metrics",
        "GET /nothing",
        "HEAD /mappings",
        "OPTIONS /mappings",
        "DELETE /mappings/1",
        "POST /calls/call-1/hangup",
      ];
      for (const line of asked) {
        const [status, code] = await rawly([`${line} HTTP/1.1`, "Host: evil.example"]);
        expect(status, line).to.equal(403);
        if (!line.startsWith("HEAD")) expect(code, line).to.equal("HOST_NOT_ALLOWED");
        const [own] = await rawly([`${line} HTTP/1.1`, "Host: localhost:1"]);
        expect(own, line).not.to.equal(403);
      }
      expect(hungUp).to.deep.equal(["call-1"]);
      const absolute = await rawly(["GET http://evil.example/mappings HTTP/1.1", "Host: localhost"]);
      expect(absolute).to.deep.equal([403, "HOST_NOT_ALLOWED"]);
      const forwarded = await rawly([
        "GET /mappings HTTP/1.1",
        "Host: localhost",
        "X-Forwarded-Host: evil.example",
      ]);
      expect(forwarded).to.deep.equal([403, "HOST_NOT_ALLOWED"]);
    });

    it("missing, duplicate, and invalid hosts are rejected", async () => {
      const requests = [
        ["GET /mappings HTTP/1.1"],
        ["GET /mappings HTTP/1.0"],
        ["GET /mappings HTTP/1.1", "Host: localhost", "Host: evil.example"],
        ["GET /mappings HTTP/1.1", "Host: localhost", "Host: localhost"],
        ["GET /mappings HTTP/1.1", "Host: "],
        ["GET /mappings HTTP/1.1", "Host: localhost/evil.example"],
      ];
      for (const lines of requests)
        expect(await rawly(lines), lines.join()).to.deep.equal([400, "HOST_INVALID"]);
    });

    it("no live board opens for any other host name", async () => {
      const upgrade = ["GET /live HTTP/1.1", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
      const origin = "Origin: http://evil.example";
      const foreign = await rawly([...upgrade, "Host: evil.example", origin]);
      expect(foreign).to.deep.equal([403, "HOST_NOT_ALLOWED"]);
    });

    it("a body without a content type is rejected", async () => {
      const untyped = await send("POST", "/mappings/bulk", {}, new Blob(['{"all":true,"dryRun":true}']));
      expect(untyped.status).to.equal(415);
      expect(await untyped.json()).to.include({ code: "BODY_NOT_JSON" });
    });

    it("pages of other sites cannot open the live board, and our own pages and programs can", async () => {
      const statusOf = async (headers: Record<string, string>): Promise<number> => {
        const socket = new WebSocket(`${api.http.url.replace("http", "ws")}/live`, { headers });
        sockets.push(socket);
        socket.on("error", () => undefined);
        return Promise.race([
          once(socket, "open").then(() => 101),
          once(socket, "unexpected-response").then(([, response]) => response.statusCode as number),
        ]);
      };
      expect(await statusOf({ Origin: "https://evil.example" })).to.equal(403);
      expect(await statusOf({ Origin: api.http.url, "Sec-Fetch-Site": "cross-site" })).to.equal(403);
      expect(await statusOf({ Origin: api.http.url })).to.equal(101);
      expect(await statusOf({})).to.equal(101);
    });

    it("actions are audited, without numbers", async () => {
      const uploaded = (await (await send("POST", "/upload", {}, file())).json()) as { id: number };
      const [{ id } = { id: 0 }]: { id: number }[] = await store.read((manager) =>
        manager.query("SELECT id FROM phone_mappings"),
      );
      const json = { "Content-Type": "application/json" };
      const change = await send("PATCH", `/mappings/${id}`, json, '{"label":"Anna","state":"disabled"}');
      expect(change.status).to.equal(200);
      const csv = await send("POST", "/export/csv", json, '{"number":"79001112233"}');
      expect(await csv.text()).to.include("79001112233");
      expect((await send("DELETE", `/mappings/${id}`)).status).to.equal(200);
      expect((await send("POST", "/calls/call-1/hangup")).status).to.equal(202);
      expect(hungUp).to.deep.equal(["call-1"]);
      const records = await written();
      expect(
        records.map(({ action, outcome, target }) => [action, outcome, target?.kind, target?.id]),
      ).to.deep.equal([
        ["upload", "done", "imports", String(uploaded.id)],
        ["change", "done", "mappings", String(id)],
        ["export", "done", undefined, undefined],
        ["delete", "done", "mappings", String(id)],
        ["hang-up", "done", "calls", "call-1"],
      ]);
      for (const { actor, address } of records) {
        expect(actor).to.deep.equal({ kind: "open", id: null, name: "" });
        expect(address).to.equal("127.0.0.1");
      }
      expect(JSON.stringify(records)).not.to.include("9001112233").and.not.to.include("Anna");
    });
  });
});
