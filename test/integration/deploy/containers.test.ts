import { expect } from "chai";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createConnection } from "mysql2/promise";
import type { Connection } from "mysql2/promise";
import { labAddresses } from "../../../lab/lab.ts";
import { INBOUND_PROVIDER_HOST, labLayout } from "../../../lab/layout.ts";
import { asteriskLineOf } from "../../../src/callLog/rules/asteriskLine.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { createRedisLink } from "../../../src/store/redis.ts";
import { composeFile } from "../../support/compose.ts";
import { freePort } from "../../support/freePort.ts";
import { connectAsAdministrator } from "../../support/mysqlAdministrator.ts";
import { labOrSkip } from "../../support/requirements.ts";
import { SipSender } from "../../support/sipSender.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const password = String.raw`it's a "pass\word"`;

/** What Compose does with a service, without Docker: the lab has the same programs in its root folder. */
describe("The containers of Compose", function suite() {
  this.timeout(120_000);
  const { services } = composeFile();
  let folder: string;
  let running: ChildProcess | null = null;

  before(async function prepare() {
    await labOrSkip(this);
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-containers-"));
  });
  afterEach(async () => {
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  describe("give Asterisk an account of its own, which", () => {
    let admin: Connection;
    let database: string;

    beforeEach(async () => {
      admin = await connectAsAdministrator();
      database = `phone_proxy_test_${randomBytes(6).toString("hex")}`;
      // The script's user exists in the lab, too.
      await admin.query(`CREATE DATABASE ${database}`);
    });
    afterEach(async () => {
      await admin.query(`DROP DATABASE IF EXISTS ${database}; DROP USER IF EXISTS 'asterisk-test'@'%'`);
      await admin.end();
    });

    it("reads three tables that are created later, and nothing else", async () => {
      writeFileSync(join(folder, "mysql_asterisk_password"), `${password}\n`);
      const script = readFileSync(join(root, "deploy/compose/asterisk-account.sh"), "utf8");
      const statements = execFileSync(
        "bash",
        ["-c", `docker_process_sql() { cat; }\n. ${join(root, "deploy/compose/asterisk-account.sh")}`],
        {
          encoding: "utf8",
          env: {
            ...process.env,
            MYSQL_DATABASE: database,
            MYSQL_ASTERISK_PASSWORD_FILE: join(folder, "mysql_asterisk_password"),
          },
        },
      );
      expect(statements).to.include("'asterisk'@'%'");
      await admin.query(statements.replaceAll("'asterisk'@'%'", "'asterisk-test'@'%'"));
      const tables = ["phone_mappings", "number_pools", "call_logs", "users"];
      for (const table of tables) await admin.query(`CREATE TABLE ${database}.${table} (id INT)`);
      const { hostname, port } = new URL(labAddresses().mysql.url);
      const asterisk = await createConnection({
        host: hostname,
        port: Number(port),
        user: "asterisk-test",
        password,
        database,
      });
      const refusal = (sql: string): Promise<unknown> =>
        asterisk.query(sql).then(
          () => null,
          (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
        );
      try {
        for (const table of tables.slice(0, 3)) {
          expect(await refusal(`SELECT * FROM ${table}`), table).to.equal(null);
          expect(await refusal(`INSERT INTO ${table} VALUES (1)`)).to.equal("ER_TABLEACCESS_DENIED_ERROR");
        }
        expect(await refusal("SELECT * FROM users")).to.equal("ER_TABLEACCESS_DENIED_ERROR");
        await admin.query(`DROP TABLE ${database}.call_logs`);
        expect(await refusal("CREATE TABLE call_logs (id INT)")).to.equal("ER_TABLEACCESS_DENIED_ERROR");
      } finally {
        await asterisk.end();
      }
      // The image runs an executable file by itself, where there is no `docker_process_sql`.
      expect(statSync(join(root, "deploy/compose/asterisk-account.sh")).mode & 0o111).to.equal(0);
      expect(script).not.to.match(/^#!/);
    });
  });

  it("give Redis the password of the application's URL, and check that it answers", async () => {
    const port = await freePort();
    const { root: lab } = labLayout();
    const inLab = "/tmp/phone-proxy-containers";
    mkdirSync(join(lab, inLab), { recursive: true });
    cpSync(join(root, "deploy/compose/redis.sh"), join(lab, inLab, "redis.sh"));
    const url = `redis://:a-secret@127.0.0.1:${port}/0`;
    writeFileSync(join(lab, inLab, "redis_url"), `${url}\n`);
    const command = (action: string): string[] => [
      lab,
      "env",
      `REDIS_URL_FILE=${inLab}/redis_url`,
      "sh",
      `${inLab}/redis.sh`,
      action,
      ...(action === "serve" ? ["--port", String(port), "--bind", "127.0.0.1"] : ["-p", String(port)]),
    ];
    try {
      expect(spawnSync("chroot", command("check")).status, "before it runs").not.to.equal(0);
      running = spawn("chroot", command("serve"), { stdio: "ignore" });
      await until(() => spawnSync("chroot", command("check")).status === 0);
      const health = async (of: string): Promise<string> => {
        const link = createRedisLink({
          url: of,
          role: "limits",
          logger: silentLogger,
          clock: systemClock,
          commandTimeoutMs: 1000,
        });
        link.open();
        try {
          await until(() => link.up || link.health.detail.includes("NOAUTH"));
          return link.up ? "up" : "refused";
        } finally {
          link.close();
        }
      };
      expect(await health(url)).to.equal("up");
      expect(await health(url.replace(":a-secret@", ""))).to.equal("refused");
      writeFileSync(join(lab, inLab, "redis_url"), `redis://127.0.0.1:${port}/0\n`);
      const { status, stderr } = spawnSync("chroot", command("serve"), { encoding: "utf8" });
      expect(status).to.equal(1);
      expect(stderr).to.include("no password in the URL");
    } finally {
      rmSync(join(lab, inLab), { recursive: true, force: true });
      rmSync(join(lab, "tmp/phone-proxy-redis.conf"), { force: true });
    }
  });

  it("run Asterisk without root, privileges, or a root folder that it can write to, for at most MAX_CALLS calls", async () => {
    const { tmpfs = [], volumes = [] } = services.asterisk;
    const [ari, sip] = [await freePort(), await freePort()];
    const mount = join(folder, "asterisk");
    mkdirSync(mount);
    cpSync(join(root, "asterisk"), join(folder, "share"), { recursive: true });
    const dockerfile = readFileSync(join(root, "asterisk/Dockerfile"), "utf8");
    const health = JSON.parse(/^HEALTHCHECK .*CMD (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
    const [, , start = ""] = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
    expect(health).to.have.length(3);
    const settings = {
      ...settingsOf(readFileSync(join(root, "asterisk/settings.env.example"), "utf8")),
      ARI_PORT: String(ari),
      SIP_PORT: String(sip),
      SIP_BIND_ADDRESS: "127.0.0.1",
      TRUNK_IN_MATCH: INBOUND_PROVIDER_HOST,
      MAX_CALLS: "1",
    };
    const folders = [...tmpfs, ...volumes].map(
      (entry) => entry.replace(/^[\w-]+:(?=\/)/, "").split(":")[0] ?? "",
    );
    writeFileSync(
      join(folder, "start.sh"),
      [
        "set -eu",
        "mount --make-rprivate /",
        `mount --bind ${labLayout().root} ${mount}`,
        // As in the image.
        `mount -t tmpfs tmpfs ${mount}/usr/local/share && cp -r ${folder}/share ${mount}/usr/local/share/phone-proxy`,
        `for file in odbc.ini odbcinst.ini; do ln -s /etc/asterisk/$file ${mount}/usr/local/share/$file; done`,
        `mount -o remount,ro,bind ${mount}`,
        ...folders.map(
          (path) => `mkdir -p ${mount}${path} && mount -t tmpfs -o mode=1777 tmpfs ${mount}${path}`,
        ),
        `for file in odbc.ini odbcinst.ini; do touch ${mount}/etc/asterisk/$file; mount --bind ${mount}/etc/asterisk/$file ${mount}/etc/$file; done`,
        `chroot ${mount} chown -R asterisk /etc/asterisk`,
        // From here on, the lab's own Asterisk is out of sight.
        `touch ${folder}/mounted`,
        `exec chroot ${mount} setpriv --reuid=asterisk --regid=asterisk --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs sh -c "$0"`,
      ].join("\n"),
    );
    const pid = join(folder, "pid");
    running = spawn(
      "unshare",
      ["--mount", "sh", "-c", `echo $$ > ${pid}; exec sh -c '. ${folder}/start.sh' "$0"`, start],
      { env: { PATH: process.env["PATH"] ?? "", ...settings }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    for (const stream of [running.stdout, running.stderr])
      stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const inside = (...command: readonly string[]) =>
      spawnSync(
        "nsenter",
        [`--target=${readFileSync(pid, "utf8").trim()}`, "--mount", "chroot", mount, ...command],
        { encoding: "utf8" },
      );
    const check = (): number | null =>
      existsSync(join(folder, "mounted")) ? inside(...health).status : null;
    await until(() => check() === 0 || running?.exitCode !== null, { timeoutMs: 60_000, everyMs: 200 });
    expect(running.exitCode, output).to.equal(null);
    const answer = await fetch(`http://127.0.0.1:${ari}/ari/asterisk/info`);
    expect(answer.status, "asks for the password").to.equal(401);
    const status = readFileSync(`/proc/${running.pid}/status`, "utf8");
    expect(status).to.match(/^CapEff:\s+0+$/m);
    expect(status).to.match(/^CapBnd:\s+0+$/m);
    expect(status).to.match(/^NoNewPrivs:\s+1$/m);
    expect(status).not.to.match(/^Uid:\s+0/m);

    // Calls beyond MAX_CALLS.
    const sender = await SipSender.open(INBOUND_PROVIDER_HOST, { host: "127.0.0.1", port: sip });
    try {
      const calls = Array.from({ length: 20 }, (_, index) => `over-limit-${index}`);
      for (const call of calls) sender.invite(call, { user: "74950000001" });
      // The first one is refused in the end as well, because there is no database.
      for (const call of calls) expect(await sender.finalCode(call, 60_000)).to.equal(503);
      const count = (kind: string): number =>
        inside("cat", "/var/spool/asterisk/calls/calls.csv")
          .stdout.split("\n")
          .filter((line) => line !== "" && asteriskLineOf(line)?.kind === kind).length;
      // Asterisk writes the line of a call after its answer.
      await until(() => count("end") + count("over-limit") >= calls.length, { everyMs: 100 });
      expect(count("end"), "calls that entered the dialplan").to.be.at.least(1);
      expect(count("over-limit"), "calls refused before").to.be.at.least(1);
      expect(count("end") + count("over-limit")).to.equal(calls.length);
    } finally {
      await sender.close();
    }

    const ended = once(running, "exit");
    running.kill("SIGTERM");
    expect((await ended)[0], output).to.equal(0);
  });

  describe("get digests from deploy/pin-images.sh, which", () => {
    const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
    const files = ["docker-compose.yml", "Dockerfile", "asterisk/Dockerfile"];
    let tree: string;

    beforeEach(() => {
      tree = mkdtempSync(join(folder, "tree-"));
      for (const name of ["deploy", "asterisk"]) mkdirSync(join(tree, name));
      for (const file of [...files, "deploy/pin-images.sh"]) cpSync(join(root, file), join(tree, file));
    });

    /** Runs it with a `docker` that answers so; null: there is none. */
    function pin(docker: string | null) {
      const bin = join(tree, "bin");
      mkdirSync(bin, { recursive: true });
      rmSync(join(bin, "docker"), { force: true });
      if (docker !== null) {
        writeFileSync(join(bin, "docker"), `#!/bin/sh\n${docker}\n`);
        chmodSync(join(bin, "docker"), 0o755);
      }
      const env = { PATH: `${bin}:/usr/bin:/bin` };
      return spawnSync("sh", [join(tree, "deploy/pin-images.sh")], { encoding: "utf8", env });
    }
    const read = (): string[] => files.map((file) => readFileSync(join(tree, file), "utf8"));

    it("writes those of the registry, again after they change", () => {
      const before = read();
      for (const letter of ["a", "b"]) {
        const { status, stderr } = pin(`[ "$3" != inspect ] || echo ${digest(letter)}`);
        expect(status, stderr).to.equal(0);
        const after = read();
        expect(after.map((text) => text.replaceAll(`@${digest(letter)}`, ""))).to.deep.equal(before);
        const pinned = after.flatMap((text) => [...text.matchAll(/@sha256:/g)]);
        expect(pinned).to.have.length(5);
      }
    });

    it("changes nothing without Docker, or without an answer for every image", () => {
      const before = read();
      for (const docker of [
        null,
        "exit 1",
        `case "$*" in *redis*) exit 1;; esac; [ "$3" != inspect ] || echo ${digest("a")}`,
        "echo nonsense",
      ]) {
        const { status, stderr } = pin(docker);
        expect(status).to.equal(1);
        expect(stderr).to.include("nothing was changed");
        expect(read()).to.deep.equal(before);
      }
    });
  });
});

const settingsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
