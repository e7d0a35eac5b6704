import { expect } from "chai";
import { execFileSync, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createSimulatedAsterisk, type SimulatedAsterisk } from "../../lab/simulated/index.ts";
import { composeFile, environmentOf } from "../support/compose.ts";
import { contextOf, Image, removeFolder } from "../support/dockerfile.ts";
import { until } from "../support/until.ts";
import { freePort } from "../support/freePort.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const planted = randomUUID();
/** Files in which people, editors, and our own programs leave passwords and numbers. */
const secretFiles = [
  ".env",
  ".env.production",
  "app.env",
  "asterisk/settings.env",
  "asterisk/.env",
  "asterisk/old/settings.env.bak",
  "secrets/mysql_password",
  "data/phone-proxy.sqlite",
  "data/spool/00000001.spool",
  "config/.env",
  "config/local.env",
  "src/phone-proxy.sqlite",
  "src/phone-proxy.sqlite-wal",
  "src/phone-proxy.sqlite.bak",
  "web/.env.local",
  "web/key.pem",
  "numbers.csv",
  "node_modules/.cache/x",
  ".git/config",
];

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const filesWithPassword = (folder: string): string[] =>
  filesIn(folder)
    .filter((file) => readFileSync(file).includes(planted))
    .map((file) => relative(folder, file));

/** Needs root on Linux, but no Docker: the instructions are executed with chroot. */
describe("The image", function suite() {
  this.timeout(180_000);
  let folder: string;
  let asterisk: SimulatedAsterisk;
  let image: Image;
  let running: ChildProcess | null = null;

  before(async function prepare() {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
      if (process.env["REQUIRE_LAB"] === "1") throw new Error("This test needs root on Linux.");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-image-"));
    chmodSync(folder, 0o755);
    const source = join(folder, "checkout");
    const left = new Set(["node_modules", ".git", "dist", "data", "coverage", "secrets"]);
    cpSync(root, source, {
      recursive: true,
      filter: (path) => !left.has(relative(root, path).split("/").at(-1) ?? ""),
    });
    for (const name of secretFiles) {
      mkdirSync(dirname(join(source, name)), { recursive: true });
      writeFileSync(join(source, name), `PASSWORD=${planted}\n`);
    }
    contextOf(source, join(folder, "context"));
    contextOf(join(source, "asterisk"), join(folder, "asterisk"));
    cpSync(join(source, "Dockerfile"), join(folder, "context/Dockerfile"));
    image = await Image.build({
      context: join(folder, "context"),
      folder: join(folder, "stages"),
      substitutes: {
        // The packages are already installed, and tests have no network.
        "npm ci": (workdir) => {
          execFileSync("cp", ["-a", join(root, "node_modules"), join(workdir, "node_modules")]);
          rmSync(join(workdir, "node_modules/.cache"), { recursive: true, force: true });
        },
      },
    });
    asterisk = await createSimulatedAsterisk();
  });
  afterEach(async () => {
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, "exit");
    running.kill("SIGKILL");
    await exited;
  });
  after(async () => {
    await asterisk?.close();
    if (folder !== undefined) removeFolder(folder);
  });

  const inImage = (path: string): string => join(image.root, path);
  const withAsterisk = (): Record<string, string> => {
    const { url, username, password } = asterisk.address();
    return { ASTERISK_URL: url, ASTERISK_USER: username, ASTERISK_PASSWORD: password };
  };

  /** Starts the image's command and waits until it responds. Returns its address and output. */
  async function start(environment: Readonly<Record<string, string>>): Promise<string> {
    const port = await freePort();
    const child = image.start({ HTTP_HOST: "127.0.0.1", ...environment, HTTP_PORT: String(port) });
    running = child;
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const url = `http://127.0.0.1:${port}`;
    const well = async (): Promise<boolean> =>
      (await fetch(`${url}/health`).catch(() => null))?.status === 200;
    await until(well, { timeoutMs: 60_000, everyMs: 50 }).catch((error: unknown) => {
      throw new Error(`It did not start:\n${output}`, { cause: error });
    });
    return url;
  }

  /** Starts the image's command, which must fail. Returns its exit code and output. */
  async function failedStart(
    environment: Readonly<Record<string, string>>,
  ): Promise<{ code: number | null; said: string; logged: string }> {
    const child = image.start({ HTTP_HOST: "127.0.0.1", HTTP_PORT: "0", ...environment });
    running = child;
    let said = "";
    let logged = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => (logged += chunk.toString()));
    await once(child, "close");
    return { code: child.exitCode, said, logged };
  }

  it("contains no passwords or numbers from the folder, and neither does Asterisk's", () => {
    expect(filesWithPassword(join(folder, "checkout"))).to.have.length(secretFiles.length);
    for (const context of ["context", "asterisk"])
      expect(filesWithPassword(join(folder, context)), context).to.deep.equal([]);
    expect(filesWithPassword(inImage("app"))).to.deep.equal([]);
    const forAsterisk = readdirSync(join(folder, "asterisk"));
    expect(forAsterisk).to.include.members(
      readdirSync(join(root, "asterisk")).filter((name) => /\.(?:conf|ini|sh)$/.test(name)),
    );
  });

  it("starts as an unprivileged user without folder settings, and accepts an upload", async () => {
    const url = await start({ ...withAsterisk(), DEFAULT_POOL: "74957990000-74957990099" });
    await until(async () => (await (await fetch(`${url}/pools`)).text()).includes("74957990000"));
    const form = new FormData();
    form.set("file", new Blob(["phone\n79161234567\n"], { type: "text/csv" }), "numbers.csv");
    const uploaded = await fetch(`${url}/upload`, { method: "POST", body: form });
    expect(uploaded.status, await uploaded.text()).to.equal(200);
    expect((await fetch(`${url}/lookup/fake/79161234567`)).status).to.equal(200);
    expect((await fetch(url)).status).to.equal(200);

    const volume = inImage("data");
    expect(readdirSync(volume)).to.include.members(["phone-proxy.sqlite", "spool", "uploads"]);
    for (const path of [volume, ...filesIn(volume)]) {
      const { uid, mode } = statSync(path);
      expect([uid, mode & 0o077], path).to.deep.equal([1000, 0]);
    }
    const exited = once(running as ChildProcess, "exit");
    running?.kill("SIGTERM");
    expect((await exited)[0]).to.equal(0);
  });

  it("requires sign-in with ACCESS=required in .env, with its password from a secret, and is healthy", async () => {
    const { url: ariUrl, username, password } = asterisk.address();
    mkdirSync(inImage("run/secrets"), { recursive: true });
    writeFileSync(inImage("run/secrets/ari_password"), `${password}\n`);
    writeFileSync(inImage("run/secrets/mysql_password"), "unused\n");
    const unusedPort = await freePort();
    const dotEnv = [
      "ACCESS=required",
      "DATABASE_URL=/data/phone-proxy.sqlite",
      `REDIS_URL=redis://127.0.0.1:${unusedPort}/0`,
      `ASTERISK_URL=${ariUrl}`,
      `ARI_USER=${username}`,
    ].join("\n");
    const environment = environmentOf(composeFile().services.app, dotEnv);
    const url = await start(environment);
    // Calls can be handled before the database is available, but permissions are only known after that.
    let status = 503;
    await until(async () => (status = (await fetch(`${url}/mappings`)).status) !== 503);
    expect(status).to.equal(401);

    for (const [port, code] of [
      [new URL(url).port, 0],
      [String(unusedPort), 1],
    ] as const) {
      const check = image.start({ ...environment, HTTP_PORT: port }, image.healthCheck);
      expect((await once(check, "exit"))[0]).to.equal(code);
    }
  });

  const failures: readonly {
    readonly title: string;
    readonly prepare?: () => void;
    readonly settings: Readonly<Record<string, string>>;
    readonly says: RegExp;
  }[] = [
    {
      title: "a volume that belongs to another user",
      prepare: () => {
        mkdirSync(inImage("foreign"), { mode: 0o755 });
      },
      settings: { DATABASE_URL: "/foreign/phone-proxy.sqlite" },
      says: /^DATABASE_URL: \/foreign cannot be written to \(EACCES\)\. .*chown -R 1000 \/foreign/,
    },
    {
      title: "a folder of uploads that cannot be made",
      settings: { UPLOAD_DIR: "/uploads" },
      says: /^UPLOAD_DIR: \/uploads cannot be created \(EACCES\)\. .*chown -R 1000 \/\), or set UPLOAD_DIR/,
    },
    {
      title: "a folder of the spool that is a file",
      settings: { SPOOL_DIR: "/app/package.json" },
      says: /^SPOOL_DIR: \/app\/package\.json cannot be created \(EEXIST\)\. .*set SPOOL_DIR/,
    },
    {
      title: "files of an earlier start as root",
      prepare: () => {
        mkdirSync(inImage("data/earlier"));
        chownSync(inImage("data/earlier"), 1000, 1000);
        writeFileSync(inImage("data/earlier/lock"), "", { mode: 0o600 });
      },
      settings: { SPOOL_DIR: "data/earlier" },
      says: /^SPOOL_DIR: \/app\/data\/earlier\/lock cannot be read and written \(EACCES\)\. .*chown -R 1000/,
    },
    {
      title: "a database that is a folder",
      settings: { DATABASE_URL: "/data" },
      says: /^DATABASE_URL: .*set DATABASE_URL/,
    },
    {
      title: "a database that is none",
      prepare: () => {
        writeFileSync(inImage("data/notes.txt"), "These are my notes.");
        chownSync(inImage("data/notes.txt"), 1000, 1000);
      },
      settings: { DATABASE_URL: "data/notes.txt" },
      says: /^DATABASE_URL: \/app\/data\/notes\.txt is not a SQLite database\. /,
    },
    {
      title: "a setting that is invalid",
      settings: { ACCESS: "yes" },
      says: /^ACCESS .*; expected /,
    },
    {
      title: "a secret that is missing",
      settings: { ASTERISK_PASSWORD_FILE: "/run/secrets/nothing" },
      says: /^ASTERISK_PASSWORD_FILE names a file that cannot be read, \/run\/secrets\/nothing \(ENOENT\); expected /,
    },
    {
      title: "a secret that cannot be read",
      prepare: () => {
        writeFileSync(inImage("run/of-root"), "secret", { mode: 0o600 });
      },
      settings: { REDIS_URL_FILE: "/run/of-root" },
      says: /^REDIS_URL_FILE names a file that cannot be read, \/run\/of-root \(EACCES\); expected .* 1000 /,
    },
    {
      title: "an address that is not of this machine",
      settings: { HTTP_HOST: "192.0.2.1" },
      says: /^HTTP_HOST: 192\.0\.2\.1 is not an address of this machine \(EADDRNOTAVAIL\)\. /,
    },
  ];
  for (const { title, prepare = () => undefined, settings, says } of failures) {
    it(`ends with one plain line: ${title}`, async () => {
      prepare();
      const { code, said, logged } = await failedStart(settings);
      expect(said).to.match(says);
      expect(said.trimEnd().split("\n")).to.have.length(1);
      expect(code).to.be.above(0);
      expect(said + logged).not.to.match(/\n\s+at /);
    });
  }

  it("ends with one plain line: a port in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const { code, said } = await failedStart({ HTTP_PORT: String(port) });
      expect(said).to.equal(
        `HTTP_PORT: another process is listening on 127.0.0.1:${port} (EADDRINUSE). Stop it, or set HTTP_PORT to a free port.\n`,
      );
      expect(code).to.be.above(0);
    } finally {
      server.close();
    }
  });

  it("leaves nothing mounted", () => {
    expect(readFileSync("/proc/self/mounts", "utf8")).not.to.include(folder);
    expect(existsSync(inImage("proc/1"))).to.equal(false);
  });
});
