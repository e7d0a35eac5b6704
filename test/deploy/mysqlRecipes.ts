import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import { labLayout } from "../../lab/layout.ts";
import { createStore } from "../../src/store/store.ts";
import { freePort } from "../support/freePort.ts";
import { filesShowing } from "../support/planted.ts";
import { labOrSkip } from "../support/requirements.ts";
import { silentLogger } from "../support/silentLogger.ts";
import { until } from "../support/until.ts";
import { blocksOf, recipes } from "./recipePage.ts";

const statementsOf = (sql: string): readonly string[] =>
  sql.split(/;\s*$/mu).filter((one) => one.trim() !== "");

const earlier = "9161234567";
const later = "9267654321";

describe("The recipes for MySQL, on a server of their own", function suite() {
  this.timeout(600_000);
  let root = "";
  let folder = "";
  let port = 0;
  let server: ChildProcess | null = null;
  let admin: Connection;
  /** The folder as the server in the lab's root sees it. */
  const inside = (path: string): string => `${folder.slice(root.length)}/${path}`;
  const at = (path: string): string => join(folder, path);
  const chroot = (...command: string[]): string =>
    execFileSync("chroot", [root, ...command], { encoding: "utf8" });

  async function start(options: string): Promise<void> {
    writeFileSync(at("my.cnf"), options);
    const started = spawn(
      "chroot",
      [
        // As systemd starts it: a key file that root made would be out of its reach.
        "--userspec=mysql:mysql",
        root,
        inside("bin/mysqld"),
        `--defaults-file=${inside("my.cnf")}`,
        "--basedir=/usr",
        `--plugin-dir=${inside("plugin")}`,
        `--datadir=${inside("data")}`,
        `--socket=${inside("data/s")}`,
        `--port=${port}`,
        "--bind-address=127.0.0.1",
        "--mysqlx=OFF",
        "--secure-file-priv=NULL",
        "--skip-name-resolve",
        `--log-bin=${inside("data/binlog")}`,
        `--init-file=${inside("init.sql")}`,
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    server = started;
    let words = "";
    started.stderr.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-5_000)));
    await until(
      async () => {
        try {
          admin = await createConnection({
            host: "127.0.0.1",
            port,
            user: "admin",
            multipleStatements: true,
          });
          return true;
        } catch {
          if (started.exitCode !== null) throw new Error(`MySQL did not start: ${words}`);
          return false;
        }
      },
      { timeoutMs: 120_000, everyMs: 200 },
    );
  }
  async function stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (server === null) return;
    const ended = server;
    server = null;
    await admin?.end().catch(() => undefined);
    ended.kill(signal);
    await once(ended, "exit");
  }
  const mapNumber = (digits: string, proxy: string) =>
    admin.query(
      "INSERT INTO phone_proxy.phone_mappings (real_phone, fake_phone, state) VALUES (?, ?, 'active')",
      [`7${digits}`, proxy],
    );
  const showing = (digits: string): Promise<readonly string[]> => filesShowing(at("data"), digits);

  before(async function prepare() {
    await labOrSkip(this);
    root = labLayout().root;
    folder = mkdtempSync(join(root, "tmp/mysql-recipes-"));
    port = await freePort();
    for (const name of ["bin", "plugin", "keys"]) mkdirSync(at(name));
    // MySQL looks for the manifest of its components beside its program.
    copyFileSync(join(root, "usr/sbin/mysqld"), at("bin/mysqld"));
    for (const plugin of ["component_keyring_file.so", "component_reference_cache.so"])
      copyFileSync(join(root, "usr/lib/mysql/plugin", plugin), at(`plugin/${plugin}`));
    writeFileSync(
      at("init.sql"),
      "CREATE USER IF NOT EXISTS admin@'%';\nGRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION;\nCREATE DATABASE IF NOT EXISTS phone_proxy;\n",
    );
    chroot("chmod", "-R", "go+rX", inside(""));
    chroot("chown", "mysql:mysql", inside(""), inside("keys"));
    chroot(
      "mysqld",
      "--no-defaults",
      "--user=mysql",
      "--initialize-insecure",
      "--log-error-verbosity=1",
      `--datadir=${inside("data")}`,
    );
  });
  after(async () => {
    await stop("SIGKILL");
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  it("encrypt the tables that exist and everything that is written from then on", async () => {
    await start("[mysqld]\n");
    const store = createStore({
      address: { kind: "mysql", url: `mysql://admin@127.0.0.1:${port}/phone_proxy`, poolSize: 2 },
      logger: silentLogger,
    });
    store.open();
    await store.ready();
    await store.close();
    await mapNumber(earlier, "74957000001");
    await stop();
    expect(await showing(earlier)).to.include("phone_proxy/phone_mappings.ibd");

    const [manifest = "", keyring = ""] = blocksOf("InnoDB encryption", "json");
    writeFileSync(at("bin/mysqld.my"), manifest);
    writeFileSync(
      at("plugin/component_keyring_file.cnf"),
      keyring.replace("/var/lib/mysql-keyring/keyring", inside("keys/keyring")),
    );
    chroot("chmod", "-R", "go+rX", inside("bin"), inside("plugin"));
    const [options = ""] = blocksOf("InnoDB encryption", "ini");
    await start(options);
    const [encrypting = ""] = blocksOf("InnoDB encryption", "sql");
    const [alter = "", list = ""] = statementsOf(encrypting);
    await admin.query(alter);
    const [statements] = await admin.query<RowDataPacket[]>(list);
    expect(statements).to.have.length.of.at.least(30);
    for (const row of statements) await admin.query(String(Object.values(row)[0]));
    const check = /Check: `(?<sql>SELECT[^`]+)`/u.exec(recipes)?.groups?.["sql"] ?? "";
    expect((await admin.query<RowDataPacket[]>(check.replaceAll(/\n\s*/gu, " ")))[0]).to.deep.equal([]);
    // The account of the migrations may not decide about encryption, and need not.
    await admin.query("CREATE USER migrations; GRANT CREATE, INSERT ON `phone\\_proxy`.* TO migrations");
    const migrations = await createConnection({
      host: "127.0.0.1",
      port,
      user: "migrations",
      database: "phone_proxy",
    });
    await migrations.query("CREATE TABLE later (id INT PRIMARY KEY)");
    await migrations.end();
    expect((await admin.query<RowDataPacket[]>(check.replaceAll(/\n\s*/gu, " ")))[0]).to.deep.equal([]);

    await mapNumber(later, "74957000002");
    await stop();
    expect(await showing(later), "written afterwards").to.deep.equal([]);
    const left = await showing(earlier);
    expect(
      left.filter((name) => name.endsWith(".ibd")),
      "tables",
    ).to.deep.equal([]);
    // The recipe says so.
    for (const name of left)
      expect(name).to.match(/^(?:binlog\.\d+|#innodb_redo\/.*|undo_\d+|#ib_\d+_\d+\.dblwr|ibdata1)$/);
  });

  it("show slow statements without their values", async () => {
    await start(blocksOf("InnoDB encryption", "ini")[0] ?? "");
    const [sql = ""] = blocksOf("MySQL's slow query log", "sql");
    const log = /slow_query_log_file = '(?<file>[^']+)'/u.exec(sql)?.groups?.["file"] ?? "";
    await admin.query(sql.replace(log, inside("keys/slow.log")));
    // The settings are those of new connections.
    await admin.end();
    admin = await createConnection({ host: "127.0.0.1", port, user: "admin", multipleStatements: true });
    await admin.query("SELECT SLEEP(0.3) FROM phone_proxy.phone_mappings WHERE real_phone = ?", [
      `7${earlier}`,
    ]);
    const text = readFileSync(at("keys/slow.log"), "utf8");
    expect(text, "why the file stays closed").to.include(earlier).and.include("Rows_examined");
    expect(statSync(at("keys/slow.log")).mode & 0o007, "others").to.equal(0);
    expect(recipes).to.include("mysqldumpslow -s t /var");
    const summary = chroot("mysqldumpslow", "-s", "t", inside("keys/slow.log"));
    expect(summary).to.include("real_phone = 'S'").and.include("SLEEP(N.N)").and.not.include(earlier);
    await admin.query("SET GLOBAL slow_query_log = OFF");
    await stop();
  });
});
