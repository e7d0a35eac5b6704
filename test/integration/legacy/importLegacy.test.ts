import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { createConnection } from "mysql2/promise";
import { loadSettings } from "../../../config/settings.ts";
import { operator } from "../../../src/commands/operator.ts";
import { importLegacy } from "../../../src/legacy/importLegacy.ts";
import { LegacyUsageError, readOptions } from "../../../src/legacy/options.ts";
import type { DatabaseAddress } from "../../../src/store/dataSource.ts";
import { fromDatabaseTime } from "../../../src/store/time.ts";
import type { Store } from "../../../src/store/types.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { urlOf } from "../../support/importProcesses.ts";
import { numbersOn, phone, range } from "../../support/numbers.ts";
import { silentLogger } from "../../support/silentLogger.ts";

/** The tables of the other system, as its own documentation has them. */
const schema = (kind: DatabaseAddress["kind"]): readonly string[] => {
  const id = kind === "mysql" ? "id INT PRIMARY KEY AUTO_INCREMENT" : "id INTEGER PRIMARY KEY AUTOINCREMENT";
  return [
    `CREATE TABLE phone_mappings (${id}, real_phone VARCHAR(20) UNIQUE, fake_phone VARCHAR(20) UNIQUE,
      created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)`,
    `CREATE TABLE call_logs (${id}, fake_phone VARCHAR(20), real_phone VARCHAR(20), caller_id VARCHAR(50),
      call_timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, call_duration INT, call_status VARCHAR(20))`,
  ];
};

const mappings = [
  ["79001110001", "74951110001"],
  ["+7 900 111-00-02", "8 495 111 00 02"],
  ["9001110003", "4951110003"],
  ["79001110004", "74951110004"],
  ["79001110005", "74951119999"],
  ["79001110006", "74951110006"],
  ["7900111000", "74951110007"],
  ["79001110008", "7495"],
  ["79001110009", "74951110009"],
  ["89001110009", "74951110010"],
  ["79001110011", "74951110011"],
  ["79001110012", "84951110011"],
] as const;

const calls = [
  ["74951110001", "79001110001", "79165550001", "2025-03-01 12:00:00", 65, "ANSWER"],
  ["74951110001", "79001110001", "anonymous", "2025-03-01 13:00:00", 0, "NOANSWER"],
  ["74951110002", "79001110002", "79165550002", "2025-03-02 12:00:00", 12, "finished"],
  ["74951110002", "79001110002", "79165550002", "2025-03-02 13:00:00", null, "ANSWER"],
] as const;

/** Runs statements, each with its parameters. */
async function execute(
  address: DatabaseAddress,
  statements: readonly (readonly [sql: string, parameters: readonly (string | number | null)[]])[],
): Promise<void> {
  if (address.kind === "sqlite") {
    const database = new Database(address.file);
    for (const [sql, parameters] of statements) database.prepare(sql).run([...parameters]);
    database.close();
    return;
  }
  const connection = await createConnection({ uri: address.url, timezone: "Z" });
  await connection.query("SET time_zone = '+00:00'");
  for (const [sql, parameters] of statements) await connection.query(sql, [...parameters]);
  await connection.end();
}

async function createLegacy(address: DatabaseAddress): Promise<void> {
  await execute(address, [
    ...schema(address.kind).map((sql) => [sql, []] as const),
    ...mappings.map(
      (row) =>
        [
          "INSERT INTO phone_mappings (real_phone, fake_phone, created_at) VALUES (?, ?, '2025-02-03 04:05:06')",
          row,
        ] as const,
    ),
    ...calls.map(
      (row) =>
        [
          `INSERT INTO call_logs (fake_phone, real_phone, caller_id, call_timestamp, call_duration, call_status)
           VALUES (?, ?, ?, ?, ?, ?)`,
          row,
        ] as const,
    ),
  ]);
}

/** As on the command line, with the password beside it. */
function fromOf(address: DatabaseAddress): { readonly from: string; readonly password: string } {
  if (address.kind === "sqlite") return { from: address.file, password: "" };
  const url = new URL(address.url);
  const password = decodeURIComponent(url.password);
  url.password = "";
  return { from: url.href, password };
}

const isoOf = (at: Date | string): string => new Date(fromDatabaseTime(at)).toISOString();

describe("Importing the tables of another system", function suite() {
  this.timeout(120_000);

  forEachDatabase((open, create) => {
    let store: Store;
    let address: DatabaseAddress;
    let legacy: DatabaseAddress;
    let folder: string;

    beforeEach(async () => {
      ({ store, address } = await open());
      legacy = await create();
      folder = await mkdtemp(join(tmpdir(), "phone-proxy-legacy-"));
      await createLegacy(legacy);
      const { pools, mapper } = numbersOn(store);
      const main = await pools.create({ name: "Main", ranges: [range("74951110000", "74951110099")] });
      await pools.block(main, [phone("74951110004")]);
      await mapper.pair([
        { realNumber: phone("79009999999"), proxyNumber: phone("74951110006"), poolName: null },
      ]);
    });
    afterEach(() => rm(folder, { recursive: true }));

    const run = (...args: readonly string[]) => {
      const { from, password } = fromOf(legacy);
      const environment = { DATABASE_URL: urlOf(address), HTTP_PORT: "8080" };
      const settings = loadSettings({ environment, envFile: null, terminal: false });
      const options = readOptions(["--from", from, "--name", "old", "--refused", refusedFile(), ...args]);
      return importLegacy(options, { settings, logger: silentLogger, password });
    };
    const refusedFile = (): string => join(folder, "refused.csv");
    const refused = async (): Promise<readonly string[]> =>
      (await readFile(refusedFile(), "utf8"))
        .split("\r\n")
        .slice(1, -1)
        .map((line) => {
          const [table = "", id = "", , , value = "", code = ""] = line.split(",");
          return [table, id, code, ...(value === "" ? [] : [value])].join(" ");
        })
        .sort();

    const rowsOf = <Row>(sql: string): Promise<Row> => store.read((manager) => manager.query(sql));
    const everything = async (): Promise<unknown> => [
      await rowsOf("SELECT * FROM phone_mappings ORDER BY id"),
      await rowsOf("SELECT * FROM call_logs ORDER BY id"),
      await rowsOf("SELECT * FROM mapping_counts ORDER BY pool_id, state"),
    ];

    it("counts without storing anything, then does what it counted, and a second run changes nothing", async () => {
      const before = await everything();
      const dry = await run("--dry-run");
      expect(await everything()).to.deep.equal(before);
      expect(dry.pairs).to.include({ rows: 12, created: 3, existing: 0, refused: 9 });
      expect(dry.calls).to.deep.equal({ rows: 4, created: 2, existing: 0, refused: 2 });
      const done = await run();
      expect(done).to.deep.equal(dry);
      expect(await refused()).to.deep.equal(
        [
          "call_logs 3 CALL_STATUS_UNKNOWN finished",
          "call_logs 4 CALL_DURATION_UNREADABLE",
          "phone_mappings 10 REAL_TWICE",
          "phone_mappings 11 PROXY_TWICE",
          "phone_mappings 12 PROXY_TWICE",
          "phone_mappings 4 PROXY_BLOCKED",
          "phone_mappings 5 PROXY_NOT_IN_POOL",
          "phone_mappings 6 PROXY_TAKEN",
          "phone_mappings 7 INVALID_NUMBER",
          "phone_mappings 8 PROXY_UNREADABLE",
          "phone_mappings 9 REAL_TWICE",
        ].sort(),
      );
      const audited = await rowsOf<readonly object[]>("SELECT actor_kind, actor_name FROM audit_log");
      expect(audited.map((row) => ({ ...row }))).to.deep.equal([
        { actor_kind: "command", actor_name: operator().name },
      ]);
      const after = await everything();
      const again = await run();
      expect(again.pairs).to.include({ created: 0, existing: 3, refused: 9 });
      expect(again.calls).to.include({ created: 0, existing: 2, refused: 2 });
      expect(await everything()).to.deep.equal(after);
    });

    it("keeps pairs with the time they were made, and calls with theirs", async () => {
      await run("--status", "finished=answered");
      const pairs = await rowsOf<{ real_phone: string; fake_phone: string; created_at: Date | string }[]>(
        "SELECT real_phone, fake_phone, created_at FROM phone_mappings WHERE real_phone < '79009' ORDER BY real_phone",
      );
      expect(pairs.map((row) => [row.real_phone, row.fake_phone])).to.deep.equal([
        ["79001110001", "74951110001"],
        ["79001110002", "74951110002"],
        ["79001110003", "74951110003"],
      ]);
      for (const { created_at: at } of pairs) expect(isoOf(at)).to.equal("2025-02-03T04:05:06.000Z");
      const logged = await rowsOf<readonly Readonly<Record<string, unknown>>[]>(
        "SELECT call_id, caller_id, call_duration, call_status FROM call_logs ORDER BY call_id",
      );
      expect(logged.map((row) => Object.values(row).join(" "))).to.deep.equal([
        "legacy-old-1 79165550001 65 answered",
        "legacy-old-2  0 no_answer",
        "legacy-old-3 79165550002 12 answered",
      ]);
    });

    it("lists the proxy numbers that no pool has, and brings them in once one has them", async () => {
      const first = await run();
      expect(await readFile(first.notInPoolFile ?? "", "utf8")).to.equal("+74951119999\n");
      await numbersOn(store).pools.create({ name: "Old", numbers: [phone("74951119999")] });
      const second = await run();
      expect(second.pairs).to.include({ created: 1, existing: 3 });
      expect(second.notInPoolFile).to.equal(null);
    });

    it("keeps others from reading the refused rows, and brings nothing in if it cannot write them", async () => {
      await writeFile(refusedFile(), "", { mode: 0o644 });
      await run("--dry-run");
      expect((await stat(refusedFile())).mode & 0o777).to.equal(0o600);
      await rm(refusedFile());
      await mkdir(refusedFile());
      const before = await everything();
      let thrown: unknown = null;
      await run().catch((error: unknown) => {
        thrown = error;
      });
      expect(thrown).to.be.instanceOf(LegacyUsageError);
      expect(await everything()).to.deep.equal(before);
    });

    it("runs as a command, with the password out of sight", async () => {
      const { from, password } = fromOf(legacy);
      const args = ["--import", "tsx", "src/legacy/main.ts", "--from", from, "--refused", refusedFile()];
      const child = spawn(process.execPath, args, {
        cwd: new URL("../../../", import.meta.url),
        env: { ...process.env, DATABASE_URL: urlOf(address), LEGACY_DATABASE_PASSWORD: password },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (bytes: Buffer) => {
        said += bytes.toString();
      });
      const [code] = (await once(child, "close")) as [number];
      expect(said).to.include("Numbers: 12 rows, 3 brought in, 0 here already, 9 refused.");
      expect(said).to.include("Calls: 4 rows, 2 brought in, 0 here already, 2 refused.");
      expect(said).not.to.match(/\d{7}/);
      expect(code).to.equal(3);
    });

    it("reads times without a zone in the given one, and requires it unless they are in UTC", async () => {
      if (legacy.kind === "mysql") {
        await execute(legacy, [["ALTER TABLE call_logs MODIFY call_timestamp DATETIME", []]]);
        let asked: unknown = null;
        await run("--dry-run").catch((error: unknown) => {
          asked = error;
        });
        expect(asked).to.be.instanceOf(LegacyUsageError);
      }
      await run("--time-zone", "Europe/Moscow");
      const [call] = await rowsOf<{ at: Date | string }[]>(
        "SELECT call_timestamp AS at FROM call_logs WHERE call_id = 'legacy-old-1'",
      );
      expect(isoOf(call?.at ?? "")).to.equal("2025-03-01T09:00:00.000Z");
      const [pair] = await rowsOf<{ at: Date | string }[]>(
        "SELECT created_at AS at FROM phone_mappings WHERE real_phone = '79001110001'",
      );
      // A TIMESTAMP of MySQL needs no zone.
      const hour = legacy.kind === "mysql" ? "04" : "01";
      expect(isoOf(pair?.at ?? "")).to.equal(`2025-02-03T${hour}:05:06.000Z`);
    });

    it("refuses a database that is our own, or has no such table, and a file that is none", async () => {
      const errorOf = (work: Promise<unknown>): Promise<string> =>
        work.then(
          () => "none",
          (error: Error) => error.message,
        );
      const own = legacy;
      legacy = address;
      expect(await errorOf(run())).to.include("a database of this application");
      legacy = own;
      await execute(legacy, [["DROP TABLE phone_mappings", []]]);
      expect(await errorOf(run())).to.equal("The database has no table phone_mappings.");
      legacy = { kind: "sqlite", file: join(folder, "calls.csv") };
      await writeFile(legacy.file, "79009999999;2026-01-01\n".repeat(100));
      expect(await errorOf(run())).to.equal(
        "The database of the other system cannot be read (SQLITE_NOTADB).",
      );
    });
  });
});
