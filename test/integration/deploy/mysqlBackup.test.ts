import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { Redis } from "ioredis";
import { backupCommand } from "../../../src/commands/backup/command.ts";
import { restoreCommand } from "../../../src/commands/restore/command.ts";
import { PhoneMapping } from "../../../src/store/entities/mappings.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/types.ts";
import { ClientPrograms, mariaDbPrograms, type Vendor } from "../../support/clientPrograms.ts";
import { MysqlAccounts } from "../../support/mysqlAccounts.ts";
import { numbersOn, range, realRows } from "../../support/numbers.ts";
import { labOrSkip } from "../../support/requirements.ts";
import { silentLogger } from "../../support/silentLogger.ts";

const vendors: readonly Vendor[] = ["MySQL", "MariaDB"];
/** Every character that has a meaning in an option file, a shell, or a URL. */
const password = `p@ss "w#o\\rd' %41;$HOME`;

describe("Backups of MySQL with the account that only reads", function suite() {
  this.timeout(60_000);
  let accounts: MysqlAccounts;
  let store: Store;
  let folder = "";
  let redisUrl = "";
  let mariaDb: ReturnType<typeof mariaDbPrograms>;
  const path = process.env["PATH"] ?? "";
  const urlOf = (account: "phone_proxy" | "phone_proxy_migrations" | "phone_proxy_backup"): string =>
    accounts.urlOf(account);

  before(async function prepare() {
    const lab = await labOrSkip(this);
    redisUrl = lab.redis.url;
    mariaDb = mariaDbPrograms(this);
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-mysql-backup-"));
    accounts = await MysqlAccounts.make(lab);
    const name = accounts.nameOf("phone_proxy_backup");
    await accounts.admin.query("ALTER USER ?@'%' IDENTIFIED BY ?", [name, password]);
    accounts.passwords.set(name, password);
    const url = urlOf("phone_proxy");
    store = createStore({
      address: { kind: "mysql", url, migrationsUrl: urlOf("phone_proxy_migrations"), poolSize: 2 },
      logger: silentLogger,
    });
    store.open();
    await store.ready();
    const { pools, mapper } = numbersOn(store);
    await pools.create({ name: "main", ranges: [range("70001000000", "70001000999")] });
    await mapper.map(realRows(0, 100));
  });
  after(async () => {
    process.env["PATH"] = path;
    if (store !== undefined) await store.close();
    if (accounts !== undefined) await accounts.remove();
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  const mappings = () => store.read((manager) => manager.find(PhoneMapping, { order: { id: "ASC" } }));
  const source = (more: Record<string, string>) => ({
    environment: {
      DATABASE_URL: urlOf("phone_proxy"),
      DATABASE_MIGRATIONS_URL: urlOf("phone_proxy_migrations"),
      SPOOL_DIR: join(folder, "spool"),
      BACKUP_ASTERISK_DIR: join(folder, "none"),
      ...more,
    },
    envFile: null,
    terminal: false,
  });

  for (const vendor of vendors)
    it(`are made by ${vendor}'s program, and restored by ${vendors.join("'s or ")}'s`, async () => {
      const programs = new ClientPrograms(join(folder, vendor), vendor, mariaDb);
      const backups = join(folder, `${vendor}-backups`);
      const own = source({
        BACKUP_DIR: backups,
        BACKUP_DATABASE_URL: `${urlOf("phone_proxy_backup")}?tls=require`,
      });
      const before = await mappings();
      process.env["PATH"] = programs.folder;
      await backupCommand(own);
      const { values, options, mode } = programs.called("dump");
      expect(values.join("\n")).to.not.include(password).and.to.not.include("user");
      expect(values.at(-1)).to.equal(accounts.database);
      expect(options).to.include(`user="${accounts.nameOf("phone_proxy_backup")}"`);
      expect(options).to.include('host="127.0.0.1"').and.to.include("password=");
      expect(mode).to.equal("600");
      const optionFile = values[0]?.replace("--defaults-file=", "") ?? "";
      expect(optionFile).to.include("mysql-client.cnf");
      expect(existsSync(optionFile), "afterwards").to.equal(false);
      const [name = ""] = readdirSync(backups);
      const dump = gunzipSync(readFileSync(join(backups, name, "database.sql.gz")));
      expect(dump.toString()).to.include("Dump completed").and.to.not.include("DEFINER");

      for (const other of vendors) {
        await accounts.admin.query(`DELETE FROM ${accounts.database}.phone_mappings`);
        const restoring = new ClientPrograms(join(folder, `${vendor}-${other}`), other, mariaDb);
        process.env["PATH"] = restoring.folder;
        const done = await restoreCommand(["latest", "--replace"], own);
        expect(done.join("\n")).to.include("The database is restored.");
        expect(restoring.called("load").options).to.include(
          `user="${accounts.nameOf("phone_proxy_migrations")}"`,
        );
        expect(await mappings(), other).to.deep.equal(before);
      }
    });

  it("use the application's account if they have none, and refuse one that sees only some tables", async () => {
    const programs = new ClientPrograms(join(folder, "last"), "MySQL", mariaDb);
    process.env["PATH"] = programs.folder;
    const [fallback, denied] = [join(folder, "fallback"), join(folder, "denied")];
    await backupCommand(source({ BACKUP_DIR: fallback }));
    expect(programs.called("dump").options).to.include(`user="${accounts.nameOf("phone_proxy")}"`);
    expect(readdirSync(fallback)).to.have.length(1);

    const asterisk = accounts.urlOf("asterisk");
    const failure = await backupCommand(source({ BACKUP_DIR: denied, BACKUP_DATABASE_URL: asterisk })).then(
      () => "",
      (error: unknown) => String(error),
    );
    expect(failure)
      .to.match(/BACKUP_DATABASE_URL can read 3 of \d\d tables/)
      .and.to.not.include(new URL(asterisk).password);
    expect(readdirSync(denied), "nothing is left").to.deep.equal([]);

    const restored = (more: Record<string, string>): Promise<string> =>
      restoreCommand(["latest", "--replace"], source({ BACKUP_DIR: fallback, ...more })).then(
        (lines) => lines.join("\n"),
        (error: unknown) => (error instanceof Error ? error.message : ""),
      );
    const before = await mappings();
    expect(await restored({ DATABASE_MIGRATIONS_URL: "" })).to.match(
      /^The account \S+ may not change tables\. Set DATABASE_MIGRATIONS_URL/,
    );
    const wrong = new URL(urlOf("phone_proxy_migrations"));
    wrong.password = "another";
    expect(await restored({ DATABASE_MIGRATIONS_URL: wrong.href })).to.match(
      /^MySQL on 127\.0\.0\.1:\d+ cannot be opened by the account \S+ \(ER_ACCESS_DENIED_ERROR\)/,
    );
    expect(await mappings(), "nothing was replaced").to.deep.equal(before);

    // Copies in Redis would send calls to parties that the restored database does not know.
    const redis = new Redis(redisUrl);
    try {
      await redis.set("phone-proxy:mapping:1:70001000001", "{}");
      await redis.set("of-others", "1", "EX", 60);
      expect(await restored({ REDIS_URL: redisUrl })).to.include("The database is restored.");
      expect(await redis.keys("phone-proxy:mapping:*")).to.deep.equal([]);
      expect(await redis.get("of-others")).to.equal("1");
    } finally {
      redis.disconnect();
    }
    expect(await restored({ REDIS_URL: "redis://127.0.0.1:1/0" })).to.include(
      "Redis has copies of the earlier data",
    );
  });
});
