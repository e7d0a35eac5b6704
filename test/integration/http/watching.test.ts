import { expect } from "chai";
import { createRecordSink } from "../../../src/callLog/database/recordSink.ts";
import type { CallRecord } from "../../../src/values/callRecord.ts";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Store } from "../../../src/store/types.ts";
import { createLive } from "../../../src/app/live.ts";
import type { Live } from "../../../src/app/live.ts";
import { startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { documented } from "../../support/apiDocument.ts";
import { callRecord } from "../../support/callRecords.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);
const minuteMs = 60_000;

interface Page {
  readonly items: readonly { readonly callId: string }[];
  readonly next: string | null;
  readonly searchedFor: number | null;
  readonly total: { readonly calls: number; readonly exact: boolean } | null;
}

interface Stats {
  readonly totals: {
    readonly calls: number;
    readonly answered: number;
    readonly outcomes: readonly { readonly status: string; readonly calls: number }[];
    readonly answerTime: object;
    readonly talkTime: object;
    readonly postDialSeconds: number | null;
    readonly peakCalls: number | null;
  };
  readonly series: readonly { readonly at: string; readonly calls: number; readonly answered: number }[];
  readonly trunks: readonly object[];
}

describe("Watching calls over the API", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let live: Live;
    let api: TestApi;

    beforeEach(async () => {
      ({ store } = await open());
      const bus = createLocalBus({ logger: silentLogger });
      live = createLive({
        node: "test",
        store,
        bus,
        clock: systemClock,
        logger: silentLogger,
        hangUp: () => false,
        placeTestCall: null,
      });
      api = await startApi(store, { live });
    });
    afterEach(async () => {
      await live.close();
      await api.close();
    });

    /** One call per minute, starting at noon. */
    const record = async (...calls: Partial<CallRecord>[]): Promise<void> => {
      await createRecordSink(store).write(
        calls.map((call, index) => {
          const startedAtMs = call.startedAtMs ?? noonMs + index * minuteMs;
          return callRecord(call.callId ?? `call-${index}`, {
            startedAtMs,
            answeredAtMs: startedAtMs + 5_000,
            endedAtMs: startedAtMs + 65_000,
            ...call,
          });
        }),
      );
    };

    async function answered<Body>(method: string, path: string, response: Promise<Response>): Promise<Body> {
      const received = await response;
      const body: unknown = await received.json();
      // All responses match the OpenAPI document.
      documented(method, path, received.status).parse(body);
      expect(received.status, JSON.stringify(body)).to.equal(200);
      return body as Body;
    }
    const list = (query = "") => answered<Page>("get", "/calls", api.get(`/calls${query}`));
    const post = (path: string, body: object): Promise<Response> =>
      fetch(`${api.http.url}${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    const search = (body: object) => answered<Page>("post", "/calls/search", post("/calls/search", body));
    const ids = ({ items }: Page): string[] => items.map(({ callId }) => callId);

    describe("GET /calls", () => {
      it("lists all calls, newest first, page by page, even within one millisecond, and counts them on the first page", async () => {
        await record(
          ...Array.from({ length: 7 }, (_, n) => ({
            callId: `c${n}`,
            startedAtMs: noonMs + Math.floor(n / 3),
          })),
        );
        const seen: string[] = [];
        let after = "";
        for (let pages = 0; pages < 4; pages += 1) {
          const page = await list(`?limit=2${after}`);
          seen.push(...ids(page));
          expect(page.total).to.deep.equal(pages === 0 ? { calls: 7, talkSeconds: 420, exact: true } : null);
          if (page.next === null) break;
          after = `&after=${page.next}`;
        }
        expect(seen).to.deep.equal(["c6", "c5", "c4", "c3", "c2", "c1", "c0"]);
      });

      it("filters by time, status, direction, trunk, and duration", async () => {
        await record(
          { callId: "early" },
          { callId: "busy", status: "busy", talkSeconds: 0, outboundTrunk: "other" },
          { callId: "short", talkSeconds: 10, inboundTrunk: "in-2" },
          { callId: "late", startedAtMs: noonMs + 3_600_000, direction: "return" },
        );
        expect(ids(await list("?from=2026-11-20T15:30:00%2B03:00"))).to.deep.equal(["late"]);
        expect(ids(await list("?to=2026-11-20T12:01:00Z"))).to.deep.equal(["early"]);
        expect(ids(await list("?status=busy"))).to.deep.equal(["busy"]);
        expect(ids(await list("?status=busy&status=answered"))).to.deep.equal([
          "late",
          "short",
          "busy",
          "early",
        ]);
        expect(ids(await list("?direction=return"))).to.deep.equal(["late"]);
        expect(ids(await list("?direction=in"))).to.deep.equal(["short", "busy", "early"]);
        expect(ids(await search({ direction: "return", status: ["answered"] }))).to.deep.equal(["late"]);
        expect(ids(await list("?trunk=other"))).to.deep.equal(["busy"]);
        expect(ids(await list("?trunk=in-2"))).to.deep.equal(["short"]);
        expect(ids(await list("?minSeconds=1&maxSeconds=59"))).to.deep.equal(["short"]);
        const none = await list("?minSeconds=61");
        // Counting without an index or statistics is limited to ranges of a month.
        expect(none).to.deep.equal({ items: [], next: null, searchedFor: null, total: null });
        const inNovember = await list("?maxSeconds=0&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z");
        expect(inNovember.total).to.deep.equal({ calls: 1, talkSeconds: 0, exact: true });
      });

      it("finds a number in any notation and any column, combined with other filters, page by page", async () => {
        await record(
          { callId: "to" },
          { callId: "by-plus", realNumber: "79990000000", callerId: "+79001112233" },
          { callId: "by-8", realNumber: "79990000000", callerId: "89001112233", status: "busy" },
          { callId: "other", realNumber: "79990000000" },
          { callId: "itself", callerId: "79001112233" },
        );
        for (const number of [
          "79001112233",
          "+7 (900) 111-22-33",
          "8 900 111-22-33",
          "89001112233",
          "0079001112233",
        ]) {
          const page = await search({ number });
          expect(ids(page), number).to.deep.equal(["itself", "by-8", "by-plus", "to"]);
          expect(page.total).to.deep.equal({ calls: 4, talkSeconds: 240, exact: true });
        }
        const first = await search({ number: "79001112233", limit: 3 });
        const second = await search({ number: "79001112233", limit: 3, after: first.next });
        expect([...ids(first), ...ids(second)]).to.deep.equal(["itself", "by-8", "by-plus", "to"]);
        expect(ids(await search({ number: "79001112233", status: ["busy"] }))).to.deep.equal(["by-8"]);
        expect(ids(await search({ number: "70001000001", to: "2026-11-20T12:01:00Z" }))).to.deep.equal([
          "to",
        ]);
      });

      it("rejects invalid queries with a reason, and numbers in the URL", async () => {
        for (const path of [
          "/calls?limit=0",
          "/calls?from=yesterday",
          "/calls?status=bored",
          "/calls?after=bm9uc2Vuc2U",
          "/calls?number=79001112233",
        ]) {
          const response = await api.get(path);
          const body: unknown = await response.json();
          expect(response.status, path).to.equal(400);
          documented("get", "/calls", 400).parse(body);
          expect(JSON.stringify(body)).not.to.contain("79001112233");
        }
        const response = await post("/calls/search", { number: "hello" });
        expect(await response.json()).to.include({ status: 400, code: "NUMBER_UNREADABLE" });
      });

      it("finds calls by any part of the called number's label, reference, or number, and of the caller's", async () => {
        const people = [
          ["79001110001", "70001000001", "Anna Petrova (courier)", "A-17"],
          ["79001110002", "70001000002", "Boris", null],
        ];
        await store.transaction(async (manager) => {
          for (const values of people)
            await manager.query(
              "INSERT INTO phone_mappings (real_phone, fake_phone, label, reference, created_at) VALUES (?, ?, ?, ?, '2026-11-20 00:00:00.000')",
              values,
            );
        });
        await record(
          { callId: "before", proxyNumber: "70001000001", startedAtMs: Date.UTC(2026, 10, 19) },
          { callId: "anna", proxyNumber: "70001000001", realNumber: "79001110001", callerId: "74951234567" },
          { callId: "boris", proxyNumber: "70001000002", realNumber: "79001110002", callerId: "79168889900" },
          { callId: "former", proxyNumber: "70009999999", realNumber: "79001110002", callerId: "" },
        );
        const found = async (text: string) => {
          const page = await search({ search: text });
          expect(page.searchedFor).to.equal(null);
          expect(page.total?.calls, text).to.equal(page.items.length);
          const csv = await (await post("/calls/export.csv", { search: text })).text();
          expect(csv.trim().split("\n"), text).to.have.length(page.items.length + 1);
          return ids(page);
        };
        expect(await found("PETROVA (c")).to.deep.equal(["anna"]);
        expect(await found("a-17")).to.deep.equal(["anna"]);
        expect(await found("1000001")).to.deep.equal(["anna", "before"]);
        expect(await found("8 (900) 111-00-02")).to.deep.equal(["former", "boris"]);
        expect(await found("8 900 111 00")).to.deep.equal(["former", "boris", "anna"]);
        expect(await found("888-99")).to.deep.equal(["boris"]);
        expect(await found("nobody")).to.deep.equal([]);
        expect(ids(await search({ search: "boris", status: ["busy"] }))).to.deep.equal([]);
      });

      it("says so if more numbers match than it searches for, and refuses an incomplete file", async () => {
        await store.transaction((manager) =>
          manager.query(
            `INSERT INTO phone_mappings (real_phone, fake_phone, label)
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
             SELECT 79100000000 + i, 79200000000 + i, 'Client' FROM n`,
          ),
        );
        await record({ callId: "oldest", proxyNumber: "79200000000", startedAtMs: Date.now() + 60_000 });
        const page = await search({ search: "client" });
        expect([page.searchedFor, ids(page)]).to.deep.equal([100, []]);
        const file = await post("/calls/export.csv", { search: "client" });
        expect(await file.json()).to.include({ status: 409, code: "SEARCH_TOO_WIDE" });
        expect(ids(await search({ search: "79200000000" }))).to.deep.equal(["oldest"]);
      });

      it("includes rows written by the dialplan", async () => {
        await store.transaction((manager) =>
          manager.query(
            "INSERT INTO call_logs (call_id, fake_phone, caller_id, call_timestamp, call_duration, call_status) VALUES ('d1', '70001000001', '', '2026-11-20 12:00:00', 7, 'answered')",
          ),
        );
        const { items } = await list();
        expect(items[0]).to.include({
          callId: "d1",
          caller: null,
          talkSeconds: 7,
          ringSeconds: null,
          node: null,
        });
      });
    });

    describe("GET /calls/{callId}", () => {
      it("returns the timeline of the call, with times and SIP codes", async () => {
        await record({
          callId: "asterisk-1732.5",
          timeline: [
            [0, "arrived", "lookingUp"],
            [12, "lookedUp", "preparing"],
            [5_000, "calleeLeft", "ending", 486],
          ],
        });
        const call = await answered<object>("get", "/calls/{callId}", api.get("/calls/asterisk-1732.5"));
        expect(call).to.deep.include({
          callId: "asterisk-1732.5",
          startedAt: "2026-11-20T12:00:00.000Z",
          timeline: [
            { at: "2026-11-20T12:00:00.000Z", event: "arrived", state: "lookingUp", sipCode: null },
            { at: "2026-11-20T12:00:00.012Z", event: "lookedUp", state: "preparing", sipCode: null },
            { at: "2026-11-20T12:00:05.000Z", event: "calleeLeft", state: "ending", sipCode: 486 },
          ],
        });
      });

      it("returns no timeline for a record without one, and 404 for an unknown call", async () => {
        await record({ callId: "old" });
        expect(await answered<object>("get", "/calls/{callId}", api.get("/calls/old"))).to.have.property(
          "timeline",
          null,
        );
        const response = await api.get("/calls/none");
        expect(response.status).to.equal(404);
        expect(await response.json()).to.include({ code: "CALL_UNKNOWN" });
      });
    });

    describe("calls/export.csv", () => {
      it("supports all filters, names its time zone, and is safe for spreadsheets", async () => {
        await record({ callId: "a", callerId: "=1+1" }, { callId: "b", status: "busy" });
        const response = await api.get(
          "/calls/export.csv?zone=Europe/Moscow&status=answered&delimiter=semicolon",
        );
        expect(response.headers.get("content-disposition")).to.match(/filename="calls-.*Z\.csv"/);
        const lines = (await response.text()).split("\r\n");
        expect(lines).to.have.length(3);
        expect(lines[0]).to.contain("call_id;started_at (Europe/Moscow);answered_at (Europe/Moscow)");
        expect(lines[1])
          .to.contain("a;2026-11-20 15:00:00+03:00;2026-11-20 15:00:05+03:00")
          .and.to.contain(";'=1+1;");
      });

      it("has the direction of each call, and is filtered by it", async () => {
        await record({ callId: "client" }, { callId: "owner", direction: "return" });
        const rows = async (filter: string): Promise<string[][]> =>
          (await (await api.get(`/calls/export.csv?${filter}`)).text())
            .trimEnd()
            .split("\r\n")
            .map((line) => line.split(","));
        const [header = [], ...all] = await rows("");
        const column = header.indexOf("direction");
        expect(all.map((row) => row[column])).to.deep.equal(["return", "in"]);
        const [, ...returned] = await rows("direction=return");
        expect(returned.map(([id]) => id)).to.deep.equal(["owner"]);
      });

      it("includes each call once, beyond the size of a chunk", async () => {
        for (let part = 0; part < 5; part += 1)
          await record(
            ...Array.from({ length: 450 }, (_, n) => ({
              callId: `c${part * 450 + n}`,
              startedAtMs: noonMs + (n % 7),
            })),
          );
        const response = await post("/calls/export.csv", { number: "+7 900 111 22 33" });
        const lines = (await response.text()).trimEnd().split("\r\n").slice(1);
        expect(lines).to.have.length(2_250);
        expect(new Set(lines.map((line) => line.split(",")[0])).size).to.equal(2_250);
      });
    });

    describe("statistics", () => {
      const counted = (): Promise<void> =>
        until(async () => {
          const rows: { n: number | string }[] = await store.read((manager) =>
            manager.query(
              "SELECT COUNT(*) AS n FROM call_logs WHERE stats_due = 1 UNION ALL SELECT COUNT(*) FROM call_peaks WHERE due = 1",
            ),
          );
          return rows.every(({ n }) => Number(n) === 0);
        });
      const stats = (query: string) =>
        answered<Stats>("get", "/stats/calls", api.get(`/stats/calls?${query}`));
      const day = "from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z";

      it("count calls, outcomes, and durations by hour in a time zone", async () => {
        await record(
          { callId: "1", ringSeconds: 4, talkSeconds: 60 },
          { callId: "2", ringSeconds: 8, talkSeconds: 120 },
          { callId: "3", status: "busy", ringSeconds: 20, talkSeconds: 0 },
          {
            callId: "4",
            startedAtMs: noonMs + 20 * minuteMs,
            status: "unknown_number",
            outboundTrunk: null,
            talkSeconds: 0,
          },
        );
        await counted();
        const { totals, series } = await stats(`${day}&zone=Asia/Kolkata`);
        expect(totals).to.deep.include({ calls: 4, answered: 2, successRate: 0.5, talkSeconds: 180 });
        expect(totals.outcomes[0]).to.deep.equal({ status: "answered", calls: 2 });
        expect(totals.outcomes).to.have.length(3);
        expect(totals.answerTime).to.deep.include({ calls: 2, averageSeconds: 6, p50Seconds: 5 });
        expect(totals.talkTime).to.deep.include({ calls: 2, averageSeconds: 90 });
        // This zone's offset is not a whole number of hours.
        expect(series[0]?.at).to.equal("2026-11-19T23:30:00.000Z");
        const busy = series.filter(({ calls }) => calls > 0);
        expect(busy.map(({ at, calls, answered }) => [at, calls, answered])).to.deep.equal([
          ["2026-11-20T11:30:00.000Z", 4, 2],
        ]);
        expect(busy[0], "of those who were called").to.deep.include({ answerSeconds: 6, ringSeconds: 20 });
        expect(series).to.have.length(25);
      });

      it("count by day in a time zone, including days on which clocks change", async () => {
        await record(
          { callId: "1", startedAtMs: Date.parse("2026-10-24T21:59:00Z") },
          { callId: "2", startedAtMs: Date.parse("2026-10-24T22:01:00Z") },
          { callId: "3", startedAtMs: Date.parse("2026-10-25T22:59:00Z") },
          { callId: "4", startedAtMs: Date.parse("2026-10-25T23:01:00Z") },
        );
        await counted();
        const { series } = await stats(
          "from=2026-10-23T22:00:00Z&to=2026-10-26T23:00:00Z&step=day&zone=Europe/Berlin",
        );
        expect(series.map(({ at, calls }) => [at, calls])).to.deep.equal([
          ["2026-10-23T22:00:00.000Z", 1],
          ["2026-10-24T22:00:00.000Z", 2],
          ["2026-10-25T23:00:00.000Z", 1],
        ]);
      });

      it("count a call once, however often it is recorded, and again after each correction", async () => {
        const sums = async (columns: string, table: string): Promise<unknown> => {
          const rows: object[] = await store.read((manager) =>
            manager.query(`SELECT ${columns} FROM ${table} WHERE calls <> 0`),
          );
          return rows.map((row) => Object.values(row).map(Number));
        };
        const told = { callId: "1", source: 0, status: "handed_back", talkSeconds: 0 } as const;
        await record(told);
        await record(told);
        await counted();
        expect((await stats(day)).totals.outcomes).to.deep.equal([{ status: "handed_back", calls: 1 }]);
        await record({ ...told, source: 2, status: "answered", talkSeconds: 33 });
        await counted();
        expect((await stats(day)).totals).to.deep.include({ calls: 1, answered: 1, talkSeconds: 33 });
        await store.transaction((manager) =>
          manager.query(
            `UPDATE call_logs SET fake_phone = '70001000009', call_duration = 700, ring_seconds = 70,
               call_timestamp = '2026-11-20 11:59:59.999'`,
          ),
        );
        await counted();
        expect((await stats(day)).totals.outcomes).to.deep.equal([{ status: "answered", calls: 1 }]);
        expect(
          await sums(
            "calls, talk_seconds, ring_calls, ring_seconds, ring_1, ring_8, talk_3, talk_7",
            "call_stats",
          ),
        ).to.deep.equal([[1, 700, 1, 70, 0, 1, 0, 1]]);
        expect(await sums("fake_phone, calls, talk_seconds", "call_number_days")).to.deep.equal([
          [70001000009, 1, 700],
        ]);
      });

      it("tell outcomes apart, and have the figures of each trunk and the peak", async () => {
        const rang = (afterMs: number): CallRecord["timeline"] => [
          [0, "arrived", "lookingUp"],
          [100, "lookedUp", "dialling"],
          [afterMs + 100, "legRang", "ringing"],
        ];
        const other = { outboundTrunk: "trunk-out-2" };
        await record(
          { callId: "1", timeline: rang(1_000) },
          { callId: "2", ...other, timeline: rang(3_000), endedAtMs: noonMs + 16 * minuteMs },
          { callId: "3", ...other, status: "busy", talkSeconds: 0 },
          { callId: "4", ...other, status: "congestion", talkSeconds: 0 },
          { callId: "5", status: "expired", outboundTrunk: null, talkSeconds: 0 },
          // Starts while the second one still goes on, in the next quarter of an hour.
          { callId: "6", startedAtMs: noonMs + 15.5 * minuteMs, inboundTrunk: "trunk-out-2", ...other },
        );
        await counted();
        const { totals, series, trunks } = await stats(day);
        expect(totals).to.deep.include({ postDialSeconds: 2, peakCalls: 3 });
        expect(series.find(({ calls }) => calls > 0)).to.deep.include({
          calls: 6,
          answered: 3,
          noAnswer: 0,
          busy: 1,
          cancelled: 0,
          failed: 1,
          refused: 1,
        });
        expect(trunks).to.deep.equal([
          { trunk: "trunk-in", calls: 5, answered: 2, talkSeconds: 120, postDialSeconds: null },
          { trunk: "trunk-out-2", calls: 4, answered: 2, talkSeconds: 120, postDialSeconds: 3 },
          { trunk: "trunk-out", calls: 1, answered: 1, talkSeconds: 60, postDialSeconds: 1 },
        ]);
        for (const { trunk, calls } of trunks as readonly { trunk: string; calls: number }[])
          expect((await list(`?${day}&trunk=${trunk}`)).total?.calls, trunk).to.equal(calls);
        const next = "from=2026-11-20T12:15:00Z&to=2026-11-20T12:30:00Z";
        expect((await stats(next)).totals.peakCalls, "with a call of the quarter before").to.equal(2);
        expect((await stats("from=2026-11-19T00:00:00Z&to=2026-11-19T12:00:00Z")).totals).to.deep.include({
          peakCalls: null,
          postDialSeconds: null,
        });
      });

      it("list the numbers called most often", async () => {
        await record(
          ...["70001000001", "70001000002", "70001000002", "70001000003", "70001000002", "70001000001"].map(
            (proxyNumber, n) => ({ callId: `c${n}`, proxyNumber }),
          ),
        );
        await counted();
        const body = await answered<{ items: { proxyNumber: string; calls: number }[] }>(
          "get",
          "/stats/numbers",
          api.get("/stats/numbers?from=2026-11-20T10:00:00Z&to=2026-11-20T13:00:00Z&limit=2"),
        );
        expect(body.items.map(({ proxyNumber, calls }) => [proxyNumber, calls])).to.deep.equal([
          ["70001000002", 3],
          ["70001000001", 2],
        ]);
      });

      it("reject a range that ends before it starts or is too long", async () => {
        for (const query of [
          "from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z",
          "from=2020-01-01T00:00:00Z&step=hour",
        ])
          expect(await (await api.get(`/stats/calls?${query}`)).json()).to.include({ code: "RANGE_INVALID" });
      });
    });

    it("hangs up only calls in progress", async () => {
      const response = await post("/calls/none/hangup", {});
      expect(response.status).to.equal(404);
      expect(await response.json()).to.include({ code: "CALL_NOT_LIVE" });
    });
  });
});
