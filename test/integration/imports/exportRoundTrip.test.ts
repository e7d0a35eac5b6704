import { expect } from "chai";
import type { Store } from "../../../src/store/types.ts";
import { startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { expectToAddUp, requestsTo } from "../../support/imports.ts";
import { dayMs, numbersOn, phone, range, realNumber } from "../../support/numbers.ts";
import type { Numbers } from "../../support/numbers.ts";

const files = {
  "CSV with commas": "/export/csv",
  "CSV with semicolons": "/export/csv?delimiter=semicolon",
  "CSV with tabs": "/export/csv?delimiter=tab",
  "a workbook": "/export/xlsx",
  "only what is active": "/export/csv?state=active",
  "only what is released": "/export/xlsx?state=quarantined",
} as const;

/** What a spreadsheet would run, and what a CSV has to quote. */
const labels = [
  "=1+1",
  '=cmd|"x"',
  "@SUM(A1)",
  "+7 (900)",
  "-5",
  "a,b;c d",
  'say "so"',
  "'quoted",
  "'=1+1",
  '="text"',
  "Анна",
  null,
];

describe("Importing an export", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;
    let api: TestApi;

    beforeEach(async () => {
      ({ store } = await open());
      numbers = numbersOn(store, Date.now());
      api = await startApi(store);
      for (const [name, first] of [
        ["main", "79580000000"],
        ["=second", "79581000000"],
      ] as const)
        await numbers.pools.create({
          name,
          ranges: [range(first, String(Number(first) + 999))],
          isDefault: name === "main",
        });
      const [main, second] = await numbers.pools.list();
      if (!main || !second) throw new Error("There are no pools.");
      const label = (index: number) => ({ label: labels[index % labels.length] ?? null });
      await numbers.mapper.map(
        Array.from({ length: 20 }, (_, index) => ({
          realNumber: realNumber(index),
          ...label(index),
          reference: index % 2 === 0 ? `=R-${index}` : null,
          // A time, and the end of a day.
          ...(index >= 15 && { expiresAtMs: index < 18 ? numbers.clock.at + dayMs : Date.UTC(2099, 0, 2) }),
        })),
      );
      await numbers.mapper.map(
        Array.from({ length: 5 }, (_, index) => ({
          realNumber: realNumber(100 + index),
          ...label(index),
          callerIdPolicy:
            index === 0
              ? ({ kind: "fixed", number: phone("74951234567") } as const)
              : ({ kind: "anonymous" } as const),
        })),
        { poolId: second.id },
      );
      const idOf = async (index: number): Promise<number> =>
        (await numbers.repository.findByReal(realNumber(index)))?.id ?? 0;
      for (const index of [1, 2]) await numbers.editor.update(await idOf(index), { state: "disabled" });
      for (const index of [3, 4, 101])
        await numbers.editor.update(await idOf(index), { expiresAtMs: numbers.clock.at - 1000 });
      for (const index of [5, 6, 102]) await numbers.editor.release(await idOf(index));
      // A real number that got another proxy number after its release.
      await numbers.mapper.map([{ realNumber: realNumber(6), label: "again" }]);
      // It has expired, but its stored state is unchanged.
      await store.transaction((manager) =>
        manager.query(
          "UPDATE phone_mappings SET expires_at = '2026-01-01 00:00:00.000' WHERE real_phone = ?",
          [realNumber(7)],
        ),
      );
    });
    afterEach(() => api.close());

    const everything = (): Promise<unknown> =>
      store.read(async (manager) => ({
        mappings: await manager.query("SELECT * FROM phone_mappings ORDER BY id"),
        pools: await manager.query("SELECT * FROM number_pools ORDER BY id"),
        counts: await manager.query("SELECT * FROM mapping_counts ORDER BY pool_id, state"),
        ranges: await manager.query("SELECT id, taken FROM number_ranges ORDER BY id"),
      }));

    for (const [what, path] of Object.entries(files)) {
      it(`changes nothing and rejects nothing: ${what}`, async () => {
        const states = new Map<string, number>();
        for await (const chunk of numbers.search.stream({}))
          for (const { state } of chunk) states.set(state, (states.get(state) ?? 0) + 1);
        expect(states.get("disabled")).to.equal(2);
        expect(states.get("expired")).to.equal(3);
        const released = states.get("quarantined") ?? 0;
        expect(released).to.equal(3);

        const file = Buffer.from(await (await api.get(path)).arrayBuffer());
        const before = await everything();
        const requests = requestsTo(api);
        const { body } = await requests.upload(file, { query: "?wait=20" });
        expect(await everything()).to.deep.equal(before);
        if (path.includes("state=quarantined")) {
          expect(body.counts).to.include({ rows: 4, blank: 3, header: 1, rejected: 0, created: 0 });
        } else {
          const isWhole = !path.includes("state=");
          const held = isWhole ? 23 : (states.get("active") ?? 0);
          expect(body.counts).to.deep.equal({
            rows: 1 + held + (isWhole ? released : 0),
            created: 0,
            existing: held,
            differing: 0,
            updated: 0,
            duplicate: 0,
            rejected: 0,
            blank: isWhole ? released : 0,
            header: 1,
            refusals: {},
          });
        }
        await expectToAddUp(requests, body);
        const codes = new Set((await requests.result(body.id, "?lang=en")).map((cells) => cells[4]));
        expect([...codes]).to.have.members([
          "HEADER",
          ...(path.includes("quarantined") ? [] : ["EXISTING"]),
          ...(path.includes("active") ? [] : ["RELEASED_MAPPING"]),
        ]);
      });
    }

    it("never meets text that a file cannot contain, because such labels are rejected", async () => {
      const found = await numbers.repository.findByReal(realNumber(0));
      for (const label of ["two\nlines", "a\tb", "\u2028", "lone \ud800"]) {
        const response = await fetch(`${api.http.url}/mappings/${found?.id}`, {
          method: "PATCH",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ label }),
        });
        expect(response.status, JSON.stringify(label)).to.equal(400);
      }
    });

    it("works in both formats, which name their time zone and are safe for spreadsheets", async () => {
      const csv = await (await api.get("/export/csv?delimiter=semicolon")).text();
      const [header = "", ...lines] = csv.replace("\uFEFF", "").split("\r\n");
      expect(header).to.contain("expires_at (UTC)").and.to.contain("created_at_utc");
      expect(csv)
        .to.contain(";2099-01-01;")
        .and.to.contain(new Date(numbers.clock.at + dayMs).toISOString());
      for (const line of lines) expect(line).not.to.match(/(^|[;"])(?:[=\-@\t]|\+(?!\d+(?:;|$)))/);
      const requests = requestsTo(api);
      const workbook = Buffer.from(await (await api.get("/export/xlsx")).arrayBuffer());
      const { body } = await requests.upload(workbook, { query: "?dryRun=true&wait=20" });
      expect(body.reading.source).to.include({ format: "xlsx" });
      // All cells are texts, so they are read back unchanged, and none is a formula.
      expect(workbook.includes("<f>")).to.equal(false);
      const stored = body.firstRows.flatMap((row) => (row.stored === null ? [] : [row.stored]));
      expect(JSON.stringify(stored)).to.contain('"=1+1"').and.to.contain("=R-0");
    });

    it("restores labels, references, expiry, and caller IDs in an empty database", async () => {
      const held = (await numbers.search.page({ limit: 1000, filter: { state: "active" } })).items.filter(
        ({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > Date.now(),
      );
      const texts: Buffer[] = [];
      for (const path of ["/export/csv", "/export/xlsx"])
        texts.push(Buffer.from(await (await api.get(path)).arrayBuffer()));
      for (const text of texts) {
        await store.transaction(async (manager) => {
          for (const table of ["phone_mappings", "mapping_counts", "rested_numbers"])
            await manager.query(`DELETE FROM ${table}`);
        });
        await requestsTo(api).upload(text, { query: "?wait=20" });
        for (const one of held) {
          if (one.realNumber === null) throw new Error("A number has been erased.");
          expect(await numbers.repository.findByReal(one.realNumber)).to.include({
            label: one.label,
            reference: one.reference,
            expiresAtMs: one.expiresAtMs,
            poolName: one.poolName,
          });
        }
      }
    });
  });
});
