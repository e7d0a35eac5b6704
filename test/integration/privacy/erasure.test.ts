import { randomInt } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { DatabaseAddress } from "../../../src/store/dataSource.ts";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { beginLine, endLine } from "../../support/asteriskLines.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { freePort } from "../../support/freePort.ts";
import { labForTests } from "../../support/labTurn.ts";
import { columnsShowing, filesShowing, keysShowing } from "../../support/planted.ts";
import { until } from "../../support/until.ts";

interface Report {
  readonly findings: Readonly<Record<string, number>>;
  readonly mappings: readonly { readonly id: number; readonly realNumber: string | null }[];
  readonly mappingIds: readonly number[];
  readonly calls: readonly { readonly as: string }[];
  readonly instances: readonly (Readonly<Record<string, number>> & { readonly isComplete: boolean })[];
  readonly silentInstances: readonly string[];
  readonly remains: readonly { readonly where: string; readonly until: string | null }[];
  readonly isProxyNumber: boolean;
  readonly isComplete: boolean;
}

interface Call {
  readonly realNumber: string | null;
  readonly caller: string | null;
  readonly shownNumber: string | null;
}

const patience = { everyMs: 50 };
const pool = "74957770000-74957770099";

describe("A number that is erased", function () {
  this.timeout(180_000);
  const running = new Set<ApplicationProcess>();
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "erasure-"));
  });
  afterEach(async () => {
    for (const one of running) await one.end("SIGKILL");
    running.clear();
    await rm(folder, { recursive: true });
  });

  forEachDatabase((_open, address) => {
    it("is found nowhere afterwards, on any instance, and no late record brings it back", async () => {
      const database = await address();
      const redisUrl = database.kind === "mysql" ? (await labForTests()).redis.url : null;
      const digits = `9${String(randomInt(10 ** 9)).padStart(9, "0")}`;
      const number = `7${digits}`;
      const callFile = join(folder, "calls", "calls.csv");
      await mkdir(join(folder, "calls"));
      let output = "";

      async function start(
        node: string,
        more: Readonly<Record<string, string>>,
      ): Promise<ApplicationProcess> {
        const port = String(await freePort());
        const one = ApplicationProcess.launch({
          DATABASE_URL: database.kind === "sqlite" ? database.file : database.url,
          ...(redisUrl !== null && { REDIS_URL: redisUrl }),
          ACCESS: "open",
          DEFAULT_POOL: pool,
          HTTP_PORT: port,
          NODE_NAME: node,
          SPOOL_DIR: join(folder, node, "spool"),
          UPLOAD_DIR: join(folder, node, "uploads"),
          BACKUP_DIR: join(folder, node, "backups"),
          BACKUP_KEEP_DAYS: "7",
          LOG_FORMAT: "json",
          LOG_LEVEL: "debug",
          ...more,
        });
        running.add(one);
        await one.logs("Started");
        // The database has been reached.
        await until(
          async () => (await fetch(`${one.url}/pools`).catch(() => null))?.status === 200,
          patience,
        );
        return one;
      }
      const controller = { ASTERISK_CALL_FILE: callFile };
      let first = await start("first", controller);
      // SQLite has one instance.
      let second = redisUrl === null ? first : await start("second", { ROLE: "web" });

      const post = async <Answer>(
        path: string,
        body: unknown,
        to = first,
        method = "POST",
      ): Promise<Answer> => {
        const headers = { "Content-Type": "application/json" };
        const request: RequestInit = { method, headers, body: JSON.stringify(body) };
        const response = await fetch(`${to.url}${path}`, request);
        expect(response.status, path).to.be.within(200, 204);
        return (await response.json()) as Answer;
      };
      const get = async <Answer>(path: string): Promise<Answer> =>
        (await (await fetch(`${first.url}${path}`)).json()) as Answer;
      async function upload(text: string, query: string, name = "numbers.csv"): Promise<number> {
        const form = new FormData();
        form.set("file", new Blob([text]), name);
        const response = await fetch(`${second.url}/upload?wait=20${query}`, { method: "POST", body: form });
        expect(response.status).to.be.within(200, 202);
        return ((await response.json()) as { id: number }).id;
      }
      const calls = (callId: string): Promise<Call | null> =>
        fetch(`${first.url}/calls/${callId}`).then(async (response) =>
          response.status === 200 ? ((await response.json()) as never) : null,
        );

      // Imports: done, and a preview that is open; both files are on the second instance.
      const written = `+7 (${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6, 8)}-${digits.slice(8)}`;
      await post("/mappings", { realNumber: written, label: "Annabella" });
      await upload(`name,phone\nAnna,${written}\nBoris,79035554433\n`, "", `${number}.csv`);
      const preview = await upload(
        `name,phone,note\nBoris,79035554433,instead of ${written}\n`,
        "&dryRun=true",
      );
      const { items: mappings } = await get<{
        items: { id: number; realNumber: string; proxyNumber: string }[];
      }>("/mappings");
      const anna = mappings.find(({ realNumber }) => realNumber === number);
      const boris = mappings.find(({ realNumber }) => realNumber !== number);
      if (anna === undefined || boris === undefined) throw new Error("The upload has mapped nothing.");
      await post(`/mappings/${boris.id}`, { label: `after ${written}` }, first, "PATCH");

      // Calls: to the number, from it as its trunk writes it, one that only shows it, one that goes on, and one right
      // before a crash.
      const atMs = Date.now() - 600_000;
      const seconds = (ms: number): string => (ms / 1000).toFixed(3);
      const times = {
        startedAt: seconds(atMs),
        dialledAt: seconds(atMs + 100),
        endedAt: seconds(atMs + 65_000),
      };
      const toAnna = { ...times, dialled: anna.proxyNumber, proxy: anna.proxyNumber, real: number };
      const fromAnna = {
        ...times,
        dialled: boris.proxyNumber,
        proxy: boris.proxyNumber,
        real: boris.realNumber,
        caller: `8${digits}`,
        shown: boris.proxyNumber,
      };
      const showsAnna = { ...fromAnna, caller: "79005556677", shown: number };
      const idOf = (end: string): string => `lab-${number.slice(1, 5)}.${end}`;
      const [one, other, showing, live, last] = [idOf("a"), idOf("b"), idOf("c"), idOf("d"), idOf("e")];
      const write = (...lines: readonly string[]): Promise<void> =>
        appendFile(callFile, lines.map((line) => `${line}\n`).join(""));
      await write(
        endLine(one, toAnna),
        endLine(other, fromAnna),
        endLine(showing, showsAnna),
        beginLine(live, fromAnna),
      );
      await until(
        async () => (await Promise.all([one, other, showing].map(calls))).every((call) => call !== null),
        patience,
      );

      const { items: pools } = await get<{ items: { id: number }[] }>("/pools");
      await post(`/pools/${pools[0]?.id}`, { label: `Once of ${written}` }, first, "PATCH");
      // Searches and exports, as people make them.
      await post("/mappings/search", { number: written });
      await get(`/calls?limit=10`);
      expect(await (await fetch(`${first.url}/export/csv`)).text()).to.include(digits);
      expect(await (await fetch(`${first.url}/lookup/real/${anna.proxyNumber}`)).text()).to.include(digits);
      await write(endLine(last, toAnna));
      await until(async () => !(await readdir(join(folder, "calls"))).includes("calls.csv"), patience);
      output += first.output;
      await first.end("SIGKILL");
      running.delete(first);
      first = await start("first", controller);
      if (redisUrl === null) second = first;
      await until(async () => (await calls(last)) !== null, patience);

      const report = await post<Report>("/privacy/report", { number: written });
      expect(report.findings).to.include({ mappings: 1, labels: 1, calls: 4 });
      expect(report.findings["importRows"]).to.be.at.least(1);
      expect(report.mappings.map(({ id }) => id)).to.deep.equal([anna.id]);
      expect(report.calls.map(({ as }) => as).toSorted()).to.deep.equal(["caller", "real", "real", "shown"]);
      const sum = (found: Report, name: string): number =>
        found.instances.reduce((total, instance) => total + Number(instance[name]), 0);
      expect(sum(report, "importFiles"), "the done and the open one").to.equal(2);
      expect(sum(report, "spoolLines"), "at least the call in progress").to.be.at.least(1);
      expect(await columnsShowing(database, digits)).to.include.members([
        "audit_changes.value_after",
        "call_logs.caller_id",
        "call_logs.real_phone",
        "call_logs.shown_number",
        "import_results.piece",
        "imports.file_name",
        "phone_mappings.label",
        "phone_mappings.real_phone",
      ]);
      expect(await filesShowing(folder, digits)).to.not.deep.equal([]);

      const erased = await post<Report>("/privacy/erase", { number: written });
      expect(erased.findings).to.include({ mappings: 1, labels: 1, calls: 4 });
      expect(erased.mappingIds).to.deep.equal([anna.id]);
      expect(erased.silentInstances).to.deep.equal([]);
      expect(erased.isComplete, JSON.stringify(erased)).to.equal(true);
      expect(erased.instances).to.have.length(redisUrl === null ? 1 : 2);
      expect(JSON.stringify(erased)).to.not.include(digits);
      const inBinaryLog = erased.remains.find(({ where }) => where === "binaryLog");
      if (redisUrl === null) expect(inBinaryLog).to.equal(undefined);
      else expect(Date.parse(inBinaryLog?.until ?? "")).to.be.greaterThan(Date.now());
      const inBackups = erased.remains.find(({ where }) => where === "backups");
      expect(Date.parse(inBackups?.until ?? "")).to.be.greaterThan(Date.now() + 6 * 24 * 3_600_000);

      // The call goes on and ends after the erasure.
      await write(endLine(live, fromAnna));
      await until(async () => (await calls(live)) !== null, patience);
      expect(await calls(live)).to.include({ caller: null, realNumber: boris.realNumber });
      await until(async () => (await readdir(join(folder, "calls"))).length === 0, patience);

      const again = await post<Report>("/privacy/erase", { number });
      expect(Object.values(again.findings).reduce((total, found) => total + found, 0)).to.equal(0);
      expect(again.isComplete).to.equal(true);
      expect(await get<object>(`/mappings/${anna.id}`)).to.include({
        realNumber: null,
        state: "quarantined",
      });
      const { items: history } = await get<{ items: { what: string }[] }>(`/mappings/${anna.id}/history`);
      expect(history[0]).to.include({ what: "erased" });
      expect(await get<object>(`/imports/${preview}`)).to.include({ state: "cancelled" });
      expect(await calls(showing)).to.include({ caller: "79005556677", shownNumber: null });

      // A proxy number belongs to no person: what it did stays.
      const ofProxy = await post<Report>("/privacy/erase", { number: boris.proxyNumber });
      expect(ofProxy).to.deep.include({ isProxyNumber: true });
      expect(ofProxy.findings).to.include({ calls: 0 });
      expect(await calls(other)).to.include({ shownNumber: boris.proxyNumber });

      expect(await columnsShowing(database, digits), "tables").to.deep.equal([]);
      expect(await columnsShowing(database, "Annabella"), "the label").to.deep.equal([]);
      expect(await filesShowing(folder, digits), "files").to.deep.equal([]);
      await expectSqliteWithout(database, digits);
      if (redisUrl !== null) expect(await keysShowing(redisUrl, digits), "Redis").to.deep.equal([]);
      for (const process of running) output += process.output;
      expect(output).to.not.include(digits);
    });
  });
});

/** The file and its log are in the test's own folder of databases. */
async function expectSqliteWithout(database: DatabaseAddress, digits: string): Promise<void> {
  if (database.kind === "sqlite")
    expect(await filesShowing(join(database.file, ".."), digits), "SQLite's files").to.deep.equal([]);
}
