import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openCallLog } from "../../../src/callLog/callLog.ts";
import { createRecordSink } from "../../../src/callLog/database/recordSink.ts";
import { backupCommand } from "../../../src/commands/backup/command.ts";
import { restoreCommand } from "../../../src/commands/restore/command.ts";
import type { DatabaseAddress } from "../../../src/store/dataSource.ts";
import { CallLog } from "../../../src/store/entities/calls.ts";
import { PhoneMapping } from "../../../src/store/entities/mappings.ts";
import { MappingCount } from "../../../src/store/entities/numbers.ts";
import { StoreAwayError } from "../../../src/store/errors.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/types.ts";
import { callRecord } from "../../support/callRecords.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { debianProgram } from "../../support/debianProgram.ts";
import { labPrograms } from "../../support/labPrograms.ts";
import { numbersOn, range, realRows } from "../../support/numbers.ts";
import { skipOrFail } from "../../support/requirements.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

interface Run {
  readonly code: number;
  readonly output: string;
}

describe("Backup and restore", function suite() {
  this.timeout(120_000);
  let folder: string;
  let programs: string;
  let age: string;
  const path = process.env["PATH"] ?? "";
  const at = (name: string): string => join(folder, name);

  before(function prepare() {
    age = debianProgram(this, "age", "age");
    debianProgram(this, "age-keygen", "age");
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-backup-"));
    programs = at("programs");
    mkdirSync(programs);
    process.env["PATH"] = `${programs}:${dirname(age)}:${path}`;
    mkdirSync(at("asterisk/keys"), { recursive: true });
    writeFileSync(at("asterisk/pjsip.conf"), "[trunk-out]\ntype=endpoint\n");
    writeFileSync(at("asterisk/keys/one.pem"), "a key");
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true, force: true });
  });

  async function command(
    name: "backup" | "restore",
    address: DatabaseAddress,
    more: Record<string, string>,
    ...args: string[]
  ): Promise<Run> {
    const source = {
      environment: {
        DATABASE_URL: address.kind === "mysql" ? address.url : address.file,
        SPOOL_DIR: at("spool"),
        ASTERISK_PASSWORD: "the secret",
        BACKUP_DIR: at("backups"),
        BACKUP_ASTERISK_DIR: at("asterisk"),
        BACKUP_STATUS_FILE: at("status/done"),
        ...more,
      },
      envFile: null,
      terminal: false,
    };
    try {
      const lines = await (name === "backup" ? backupCommand(source) : restoreCommand(args, source));
      return { code: 0, output: lines.map((line) => `${line}\n`).join("") };
    } catch (error) {
      return { code: 1, output: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The command that encrypts, the settings for it, and the private key. */
  function keysOf(encryption: "age" | "gpg"): { readonly recipient: string; readonly key: string } {
    const key = at("private.key");
    if (encryption === "age") {
      execFileSync(join(dirname(age), "age-keygen"), ["--output", key], { stdio: "ignore" });
      return { recipient: /public key: (\S+)/u.exec(readFileSync(key, "utf8"))?.[1] ?? "", key };
    }
    const home = at("gnupg");
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...args: string[]): Buffer =>
      execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", "--passphrase", "", ...args], {
        stdio: "pipe",
      });
    gpg("--pinentry-mode", "loopback", "--quick-generate-key", "backup@example.com", "future-default");
    writeFileSync(at("public.gpg"), gpg("--export"));
    writeFileSync(key, gpg("--pinentry-mode", "loopback", "--export-secret-keys"));
    execFileSync("gpgconf", ["--homedir", home, "--kill", "gpg-agent"]);
    return { recipient: at("public.gpg"), key };
  }

  const rowsOf = (store: Store) =>
    store.read(async (manager) => ({
      mappings: new Map((await manager.find(PhoneMapping)).map((row) => [row.id, row])),
      records: new Map((await manager.find(CallLog)).map((row) => [row.callId, row])),
      kept: (await manager.find(MappingCount)).reduce((sum, row) => sum + row.count, 0),
    }));

  let stopLoad = (): Promise<void> => Promise.resolve();
  afterEach(() => stopLoad());

  /** Maps numbers without a pause until `stopLoad`. */
  function startLoad(map: (from: number, to: number) => Promise<unknown>): { readonly mapped: () => number } {
    let mapped = 0;
    const ending = new AbortController();
    const work = (async () => {
      for (; !ending.signal.aborted; mapped += 50) {
        await map(mapped, mapped + 50);
        // SQLite answers without letting anything else run.
        await nextTurn();
      }
    })();
    stopLoad = () => {
      ending.abort();
      return work;
    };
    return { mapped: () => mapped };
  }

  forEachDatabase((open) => {
    it("bring back everything that was stored when the backup began, made under load and encrypted", async () => {
      const { address, store, another } = await open();
      const isServer = address.kind === "mysql";
      if (isServer) labPrograms(programs, ["mysqldump", "mysql"]);
      const { recipient, key } = keysOf(isServer ? "gpg" : "age");
      const { pools, mapper } = numbersOn(store);
      await pools.create({ name: "main", ranges: [range("70001000000", "70001099999")] });

      // The database takes records at first, and none later on: those wait in the spool.
      let takesRecords = true;
      const sink = createRecordSink(store);
      const log = await openCallLog({
        directory: at("spool"),
        sink: {
          blame: (error) => sink.blame(error),
          write: (records) => (takesRecords ? sink.write(records) : Promise.reject(new StoreAwayError())),
        },
        logger: silentLogger,
        gatherMs: 1,
      });
      for (let call = 0; call < 20; call += 1) log.ended(callRecord(`stored.${call}`));
      expect(await log.drain(60_000)).to.equal(true);
      takesRecords = false;
      for (let call = 0; call < 20; call += 1) log.ended(callRecord(`spooled.${call}`));

      const load = startLoad((from, to) => mapper.map(realRows(from, to)));
      await until(() => load.mapped() >= 500);
      const mappedBefore = load.mapped();
      const made = await command("backup", address, { BACKUP_ENCRYPT_TO: recipient });
      expect(made.code, made.output).to.equal(0);
      const mappedAfter = load.mapped();
      await stopLoad();
      expect(mappedAfter, "mappings were stored during the backup").to.be.above(mappedBefore);
      const source = await rowsOf(store);
      const pool = await pools.list();
      await log.close();

      // Destroy.
      await destroy(address, store);
      rmSync(at("spool"), { recursive: true });
      rmSync(at("asterisk"), { recursive: true });

      const [name = "", ...others] = readdirSync(at("backups"));
      expect(others).to.deep.equal([]);
      for (const file of readdirSync(at(`backups/${name}`)))
        expect(readFileSync(at(`backups/${name}/${file}`), "latin1"), file).not.to.match(/79001|secret/u);
      const withoutKey = await command("restore", address, {}, "latest");
      expect(withoutKey.output).to.contain("Add --key FILE");
      const restored = await command("restore", address, {}, "latest", "--key", key);
      expect(restored.code, restored.output).to.equal(0);
      expect(readFileSync(at("asterisk/pjsip.conf"), "utf8")).to.contain("trunk-out");
      expect(readFileSync(at("asterisk/keys/one.pem"), "utf8")).to.equal("a key");

      const again = await another();
      const replayed = await openCallLog({
        directory: at("spool"),
        sink: createRecordSink(again),
        logger: silentLogger,
        gatherMs: 1,
      });
      expect(await replayed.drain(60_000)).to.equal(true);
      await replayed.close();
      const result = await rowsOf(again);
      expect(result.mappings.size).to.be.within(mappedBefore, mappedAfter + 50);
      expect(result.kept, "of one moment: the count was changed with the mappings").to.equal(
        result.mappings.size,
      );
      for (const [id, row] of result.mappings) expect(row).to.deep.equal(source.mappings.get(id));
      expect([...result.records.keys()].toSorted()).to.deep.equal(
        ["spooled", "stored"]
          .flatMap((kind) => Array.from({ length: 20 }, (_, call) => `${kind}.${call}`))
          .toSorted(),
      );
      for (const [id, row] of source.records) expect(result.records.get(id)).to.deep.equal(row);
      const [poolBefore, poolAfter] = [pool[0], (await numbersOn(again).pools.list())[0]];
      expect(poolAfter).to.deep.equal({
        ...poolBefore,
        counts: poolAfter?.counts,
        forecast: poolAfter?.forecast,
        updatedAtMs: poolAfter?.updatedAtMs,
      });
      expect(poolAfter?.counts.used).to.equal(result.mappings.size);
      // New mappings take free numbers.
      const [more] = await numbersOn(again).mapper.map(realRows(90_000, 90_001));
      expect(more?.kind).to.equal("created");
    });
  });

  async function destroy(address: DatabaseAddress, store: Store): Promise<void> {
    if (address.kind === "mysql")
      await store.transaction(async (manager) => {
        await manager.query("SET FOREIGN_KEY_CHECKS = 0");
        const tables: { readonly name: string }[] = await manager.query(
          "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()",
        );
        for (const { name } of tables) await manager.query(`DROP TABLE \`${name}\``);
        await manager.query("SET FOREIGN_KEY_CHECKS = 1");
      });
    await store.close();
    if (address.kind === "sqlite")
      for (const end of ["", "-wal", "-shm"]) rmSync(`${address.file}${end}`, { force: true });
  }

  describe("on a small system", () => {
    const address = (): DatabaseAddress => ({ kind: "sqlite", file: at("data.sqlite") });

    async function withDatabase(): Promise<void> {
      const store = createStore({ address: address(), logger: silentLogger });
      store.open();
      await store.ready();
      await store.close();
    }

    /** A folder on a disk of its own, with as many bytes; with 0, one that cannot be written. */
    function onDisk(name: string, bytes: number): string {
      mkdirSync(at(name));
      const options = bytes === 0 ? "ro" : `size=${bytes}`;
      execFileSync("mount", ["--types", "tmpfs", "--options", options, "tmpfs", at(name)]);
      mounted.push(at(name));
      return at(name);
    }
    const mounted: string[] = [];
    afterEach(() => {
      for (const one of mounted.splice(0)) execFileSync("umount", [one]);
    });

    it("name the disk that is full or cannot be written, and leave nothing there", async function onDisks() {
      if (process.getuid?.() !== 0) skipOrFail(this, "a small disk cannot be mounted; this needs root");
      await withDatabase();
      const small = onDisk("small", 40_000);
      const full = await command("backup", address(), { BACKUP_DIR: small });
      expect(full.output).to.equal(
        `BACKUP_DIR: ${small} cannot be written to (SQLITE_FULL). The disk is full: free some space.`,
      );
      expect(readdirSync(small)).to.deep.equal([]);
      // The compressed spool fills the disk while tar still writes.
      mkdirSync(at("spool"));
      writeFileSync(at("spool/00000001.spool"), randomBytes(60_000));
      const streamed = await command("backup", address(), { BACKUP_DIR: small });
      expect(streamed.output).to.match(
        /^BACKUP_DIR: .*small cannot be written to \(ENOSPC\)\. The disk is full/,
      );
      expect(readdirSync(small)).to.deep.equal([]);
      const readOnly = onDisk("read-only", 0);
      for (const folder of [readOnly, join(readOnly, "new")])
        expect((await command("backup", address(), { BACKUP_DIR: folder })).output).to.match(
          /^BACKUP_DIR: \S+ cannot be .* \(EROFS\)\. It is read-only here: .* ReadWritePaths=/,
        );

      // A backup on a disk that is only read can be restored.
      rmSync(at("spool"), { recursive: true });
      const made = await command("backup", address(), {});
      expect(made.code, made.output).to.equal(0);
      execFileSync("mount", ["--bind", at("backups"), readOnly]);
      execFileSync("mount", ["--options", "remount,bind,ro", readOnly]);
      const [name = ""] = readdirSync(readOnly);
      const restored = await command("restore", address(), { BACKUP_DIR: "" }, join(readOnly, name));
      execFileSync("umount", [readOnly]);
      expect(restored.code, restored.output).to.equal(0);
    });

    it("take paths from where they are called, and say which key or clock is wrong", async () => {
      await withDatabase();
      const { recipient } = keysOf("age");
      const made = await command("backup", address(), { BACKUP_ENCRYPT_TO: recipient });
      expect(made.code, made.output).to.equal(0);
      const restore = (...args: string[]) => command("restore", address(), {}, "latest", ...args);
      expect((await restore("--key", "private.key")).output).to.match(
        /^The file \S+private\.key of --key cannot be read \(ENOENT\)\.$/,
      );
      process.env["INIT_CWD"] = folder;
      try {
        // A first start has made tables, and nothing is lost.
        const restored = await restore("--key", "private.key");
        expect(restored.code, restored.output).to.equal(0);
      } finally {
        delete process.env["INIT_CWD"];
      }
      rmSync(at("private.key"));
      const other = keysOf("age");
      expect((await restore("--key", other.key)).output).to.match(
        /^age failed \(1\)\. .*no identity matched/s,
      );
      const [name = ""] = readdirSync(at("backups"));
      const later = name.replace(/\d{4}/u, "2999");
      mkdirSync(at(`backups/${later}`));
      expect((await restore("--key", other.key)).output).to.include(`when ${later} was made`);
    });

    it("keep by age, say what is missing, and leave nothing of a failure", async () => {
      await withDatabase();
      mkdirSync(at("spool"));
      const old = ["phone-proxy-2020-01-01T00-00-00Z", "phone-proxy-2020-01-02T00-00-00Z"];
      for (const name of [...old, "not-a-backup"]) mkdirSync(at(`backups/${name}`), { recursive: true });
      rmSync(at("asterisk"), { recursive: true });

      const wrong = await command("backup", address(), { BACKUP_ENCRYPT_TO: "/no/such/key" });
      expect(wrong).to.deep.include({ code: 1 });
      expect(wrong.output).to.contain("BACKUP_ENCRYPT_TO");
      const broken = await command("backup", address(), { BACKUP_ENCRYPT_TO: "age1wrong" });
      expect(broken).to.deep.include({ code: 1 });
      expect(broken.output).to.contain("age failed");
      expect(readdirSync(at("backups"))).to.have.members([...old, "not-a-backup"]);
      expect(existsSync(at("status/done"))).to.equal(false);

      const made = await command("backup", address(), {});
      expect(made.code, made.output).to.equal(0);
      expect(made.output).to.contain("not encrypted").and.contain("Without Asterisk's configuration");
      const kept = readdirSync(at("backups"));
      expect(kept).to.have.length(2).and.include("not-a-backup");
      const name = kept.find((one) => one !== "not-a-backup") ?? "";
      expect(statSync(at(`backups/${name}`)).mode & 0o077).to.equal(0);
      expect(JSON.parse(readFileSync(at("status/done"), "utf8"))).to.include({ name, keptDays: 30 });
      const listed = (await command("restore", address(), {}, "--list")).output;
      expect(listed).to.match(new RegExp(`^${name}  version [\\d.]+, \\d+ kB, (?:not )?encrypted.*\\n$`));

      const settings = await command("restore", address(), {}, "latest", "--show-settings");
      expect(settings.output)
        .to.contain(`BACKUP_DIR=${at("backups")}`)
        .and.contain("# ASTERISK_PASSWORD was set");
      expect(settings.output).not.to.contain("the secret");

      const busy = await openCallLog({
        directory: at("spool"),
        sink: { write: () => Promise.resolve(), blame: () => "away" },
        logger: silentLogger,
      });
      expect((await command("restore", address(), {}, "latest", "--replace")).output).to.contain(
        "Stop all its instances",
      );
      await busy.close();
      const store = createStore({ address: address(), logger: silentLogger });
      store.open();
      await store.ready();
      const { pools, mapper } = numbersOn(store);
      await pools.create({ name: "main", ranges: [range("70001000000", "70001000009")] });
      await mapper.map(realRows(0, 1));
      await store.close();
      const full = await command("restore", address(), {}, "latest");
      expect(full.output).to.contain("add --replace");
      const replaced = await command("restore", address(), {}, "latest", "--replace");
      expect(replaced.code, replaced.output).to.equal(0);
      expect(replaced.output).to.contain("The spool that was here is in");

      writeFileSync(at(`backups/${name}/database.sqlite.gz`), "damaged");
      const damaged = await command("restore", address(), {}, "latest", "--replace");
      expect(damaged).to.deep.include({ code: 1 });
      expect(damaged.output).to.contain("damaged: database.sqlite.gz");
    });
  });
});
