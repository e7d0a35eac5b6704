import { expect } from "chai";
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { forEachDatabase, onMysql } from "../../support/databases.ts";
import {
  beginImport,
  importSettings,
  inDatabase,
  storedNumbers,
  storedRows,
  uploadsOf,
  urlOf,
} from "../../support/importProcesses.ts";
import { expectToAddUp, filesIn, importsOf, numbersFile } from "../../support/imports.ts";
import type { ImportRequests, ShownImport } from "../../support/imports.ts";
import { startTroubledProxy } from "../../support/troubledProxy.ts";
import { isLongRun } from "../../support/longRun.ts";
import { until } from "../../support/until.ts";

const allOf = (rows: number) => ({ mappings: rows, realNumbers: rows, proxyNumbers: rows });

/** The import once it has reached this state. */
async function reached(requests: ImportRequests, id: number, state: string): Promise<ShownImport> {
  let last: ShownImport | null = null;
  await until(
    async () => {
      const { status, body } = await requests.get(id);
      if (status === 200) last = body;
      return last?.state === state;
    },
    { timeoutMs: 150_000, everyMs: 100 },
  );
  return last ?? expect.fail("It was never shown.");
}

describe("Interrupted imports", function suite() {
  this.timeout(240_000);
  let folder: string;
  const running = new Set<ApplicationProcess>();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-imports-"));
  });
  afterEach(async () => {
    for (const one of running) await one.end("SIGKILL");
    running.clear();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(settings: Readonly<Record<string, string>>): Promise<ApplicationProcess> {
    const application = await ApplicationProcess.start(settings);
    running.add(application);
    return application;
  }

  /** Kills the process at a random moment after the fact, and starts the next one. */
  async function killAfter(
    application: ApplicationProcess,
    settings: Readonly<Record<string, string>>,
    fact: () => Promise<boolean>,
  ): Promise<ApplicationProcess> {
    await until(fact, { timeoutMs: 90_000 });
    // The delay is what the test varies; it does not wait for a fact.
    await delay(randomInt(400));
    await application.end("SIGKILL");
    return start(settings);
  }

  forEachDatabase((_open, create) => {
    it("store every row once, however often their process is killed", async () => {
      const address = await create();
      const rows = isLongRun ? 200_000 : 60_000;
      const settings = await importSettings(urlOf(address), folder);
      let application = await start(settings);
      const requests = importsOf(application.url);
      const id = await beginImport(requests, numbersFile(79_001_000_000, rows));
      for (let kills = 0, before = 0; kills < (isLongRun ? 3 : 2); kills += 1) {
        // Each time, it has progressed further, but has not finished.
        application = await killAfter(
          application,
          settings,
          async () => (await storedRows(requests, id)) > before,
        );
        await until(async () => (await storedRows(requests, id)) > 0);
        before = await storedRows(requests, id);
        if (kills === 0) expect(before).to.be.within(1, rows - 1);
      }
      const done = await reached(requests, id, "done");
      expect(done.counts).to.include({ rows: rows + 1, created: rows, rejected: 0, duplicate: 0 });
      await expectToAddUp(requests, done);
      expect(await storedNumbers(address)).to.deep.equal(allOf(rows));
      await until(async () => (await filesIn(uploadsOf(folder))).join() === "file");
      expect(await application.end("SIGTERM")).to.equal(0);
    });

    it("update every known number once, and restore it, if killed during either", async () => {
      const address = await create();
      const rows = 8_000;
      const settings = await importSettings(urlOf(address), folder);
      let application = await start(settings);
      const requests = importsOf(application.url);
      const file = (label: string): string =>
        numbersFile(79_001_000_000, rows)
          .replaceAll("\n", `,${label}\n`)
          .replace(`phone,${label}`, "phone,name");
      const labelled = async (label: string): Promise<number> => {
        const [row] = await inDatabase<{ count: number | string }>(
          address,
          `SELECT COUNT(*) AS count FROM phone_mappings WHERE label = '${label}'`,
        );
        return Number(row?.count);
      };
      await reached(requests, await beginImport(requests, file("old")), "done");
      const id = await beginImport(requests, file("new"), "?wait=0&existing=update");
      application = await killAfter(application, settings, async () => (await storedRows(requests, id)) > 0);
      const done = await reached(requests, id, "done");
      expect(done.counts).to.include({
        rows: rows + 1,
        updated: rows,
        differing: 0,
        existing: 0,
        created: 0,
      });
      await expectToAddUp(requests, done);
      expect(await labelled("new")).to.equal(rows);
      await requests.act(id, "undo", "");
      const restoring = async (): Promise<boolean> =>
        Number((await requests.get(id)).body.undo?.restored) > 0;
      application = await killAfter(application, settings, restoring);
      const undone = await reached(requests, id, "undone");
      expect(undone.undo).to.deep.equal({ removed: 0, kept: 0, released: 0, restored: rows, unrestored: 0 });
      expect(await labelled("old")).to.equal(rows);
      expect(await application.end("SIGTERM")).to.equal(0);
    });

    it("lose and duplicate nothing if killed during preview, import, or undo", async () => {
      const address = await create();
      const rows = 20_000;
      const settings = await importSettings(urlOf(address), folder);
      let application = await start(settings);
      const requests = importsOf(application.url);
      // Half of the rows are duplicates, so that the numbers seen must be restored after each start.
      const half = numbersFile(79_001_000_000, rows / 2);
      const id = await beginImport(requests, half + half.replace("phone\n", ""), "?wait=0&dryRun=true");
      const begun = async (): Promise<boolean> => (await storedRows(requests, id)) > 0;
      application = await killAfter(application, settings, begun);
      const previewed = await reached(requests, id, "previewed");
      expect(previewed.counts).to.include({ rows: rows + 1, created: rows / 2, duplicate: rows / 2 });
      expect(await storedNumbers(address)).to.deep.equal(allOf(0));
      await requests.act(id, "commit", "");
      application = await killAfter(application, settings, begun);
      const done = await reached(requests, id, "done");
      expect(done.counts).to.deep.equal(previewed.counts);
      await expectToAddUp(requests, done);
      expect(await storedNumbers(address)).to.deep.equal(allOf(rows / 2));
      await requests.act(id, "undo", "");
      const removing = async (): Promise<boolean> => Number((await requests.get(id)).body.undo?.removed) > 0;
      application = await killAfter(application, settings, removing);
      const undone = await reached(requests, id, "undone");
      expect(undone.undo).to.deep.equal({
        removed: rows / 2,
        kept: 0,
        released: 0,
        restored: 0,
        unrestored: 0,
      });
      expect(await storedNumbers(address)).to.deep.equal(allOf(0));
    });

    it("report that no instance runs them, can be cancelled at once, and fail if their file is gone", async () => {
      const address = await create();
      const settings = await importSettings(urlOf(address), folder);
      const first = await start(settings);
      const other = await start(await importSettings(urlOf(address), folder, "other"));
      const requests = importsOf(other.url);
      const begin = (from: number): Promise<number> =>
        beginImport(importsOf(first.url), numbersFile(from, 30_000));
      const [one, two] = [await begin(79_001_000_000), await begin(79_002_000_000)];
      await until(
        async () => (await storedRows(requests, one)) > 0 && (await storedRows(requests, two)) > 0,
        { timeoutMs: 60_000 },
      );
      await first.end("SIGKILL");
      // No instance is running it, so the one that receives the request ends it.
      const cancelled = await requests.act(one, "cancel", "");
      expect(cancelled.body).to.include({ state: "cancelled", waitingFor: null });
      await until(async () => (await requests.get(two)).body.waitingFor === "runner");
      expect((await requests.get(two)).body.state).to.equal("running");
      await rm(uploadsOf(folder), { recursive: true });
      await start(settings);
      const lost = await reached(requests, two, "failed");
      expect(lost.failure).to.include({ code: "FILE_LOST" });
      expect(lost.counts).to.deep.include({ rejected: 0 });
      const stored = await inDatabase<{ import_id: number; count: number | string }>(
        address,
        "SELECT import_id, COUNT(*) AS count FROM phone_mappings GROUP BY import_id ORDER BY import_id",
      );
      expect(stored.map(({ import_id, count }) => [import_id, Number(count)])).to.deep.equal([
        [one, cancelled.body.counts["created"]],
        [two, lost.counts["created"]],
      ]);
    });
  });

  describe("when MySQL becomes unavailable", () => {
    onMysql((_open, create) => {
      it("wait for it and say so, whether it is down or frozen beyond all deadlines, and end correctly", async () => {
        const address = await create();
        if (address.kind !== "mysql") throw new Error("This suite is about MySQL.");
        // Several transactions have to be left after each of the outages.
        const rows = 90_000;
        const url = new URL(address.url);
        const proxy = await startTroubledProxy({ host: url.hostname, port: Number(url.port) });
        try {
          url.hostname = proxy.host;
          url.port = String(proxy.port);
          const application = await start(await importSettings(url.href, folder));
          const requests = importsOf(application.url);
          const id = await beginImport(requests, numbersFile(79_001_000_000, rows));
          const isShownToWait = async (): Promise<boolean> =>
            (await requests.get(id)).body.waitingFor === "database";
          const healthSays = async (): Promise<boolean> =>
            /"imports":\{[^}]*"status":"degraded"/.test(
              await (await fetch(`${application.url}/health`)).text(),
            );
          await until(async () => (await storedRows(requests, id)) > 0, { timeoutMs: 60_000 });
          const before = await storedRows(requests, id);
          proxy.cut();
          await until(isShownToWait);
          await until(healthSays);
          proxy.heal();
          await until(async () => (await storedRows(requests, id)) > before, { timeoutMs: 60_000 });

          const waits = (): number => application.output.split("Import waiting for the database").length;
          const waited = waits();
          proxy.freeze();
          await until(isShownToWait);
          await until(healthSays);
          // The hanging batch times out after 30 s. The lease of 6 s has long expired by then.
          await until(() => waits() > waited, { timeoutMs: 60_000 });
          proxy.heal();
          const done = await reached(requests, id, "done");
          expect(done.waitingFor).to.equal(null);
          expect(done.counts).to.include({ rows: rows + 1, created: rows, rejected: 0, duplicate: 0 });
          await expectToAddUp(requests, done);
          expect(await storedNumbers(address)).to.deep.equal(allOf(rows));
        } finally {
          for (const one of running) await one.end("SIGKILL");
          await proxy.close();
        }
      });
    });
  });
});
