import { expect } from "chai";
import Database from "libsql";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "../support/until.ts";
import { freePort } from "../support/freePort.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const runFile = promisify(execFile);

/** The same files as in the image: `dist`, `web/dist`, and `package.json`, without TypeScript. */
describe("The result of npm run build", function suite() {
  this.timeout(120_000);
  let folder: string;
  let application: ChildProcess | null = null;
  let output = "";

  before(async () => {
    // Below node_modules, so that the compiled files find their imports.
    const cache = join(root, "node_modules/.cache");
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, "phone-proxy-build-"));
    await runFile("npm", ["run", "build", "--", "--outDir", join(folder, "dist")], { cwd: root });
    await runFile(process.execPath, ["scripts/buildWeb.mjs"], { cwd: root });
    copyFileSync(join(root, "package.json"), join(folder, "package.json"));
    cpSync(join(root, "web/dist"), join(folder, "web/dist"), { recursive: true });
  });
  afterEach(() => {
    application?.kill("SIGKILL");
    application = null;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const environment = (more: Readonly<Record<string, string>> = {}) => ({
    PATH: process.env["PATH"] ?? "",
    ...more,
  });
  const typeorm = (command: string, settings: Readonly<Record<string, string>> = {}) =>
    runFile(
      process.execPath,
      [join(root, "node_modules/typeorm/cli.js"), command, "-d", "dist/ormconfig.js"],
      {
        cwd: folder,
        env: environment({ DATABASE_URL: "by-hand.sqlite", ...settings }),
      },
    );
  const pending = (text: string): number => text.match(/\[ \]/g)?.length ?? 0;

  it("migrates the configured database, and reverts a migration, with TypeORM's own commands", async () => {
    const { stdout } = await typeorm("migration:run");
    expect(stdout).to.include("Shared1764000000001 has been executed");
    // A unit writes this to the journal, which must not have the keys that migrations make.
    const database = new Database(join(folder, "by-hand.sqlite"));
    const keys = database.prepare("SELECT value FROM secrets").pluck().all();
    database.close();
    expect(keys).to.have.length.above(1);
    for (const key of keys) expect(stdout).to.not.include(String(key));
    expect(pending((await typeorm("migration:show")).stdout)).to.equal(0);
    await typeorm("migration:revert");
    expect(pending((await typeorm("migration:show")).stdout)).to.equal(1);
  });

  it("explains in one line why a migration command cannot start", async () => {
    for (const [settings, line, exitCode] of [
      [{ HTTP_PORT: "many" }, /^HTTP_PORT is not a whole number; expected .*\.$/, 2],
      [
        { DATABASE_URL: "mysql://user:secret@127.0.0.1:1/none" },
        /^DATABASE_URL: .* \(ECONNREFUSED\)\. [^:@]*$/,
        1,
      ],
      [{ DATABASE_URL: "/etc/passwd/phone-proxy.sqlite" }, /^DATABASE_URL: .*\(E\w+\)\. [^:@]*$/, 1],
    ] as const) {
      const failure = await typeorm("migration:run", settings).then(
        () => null,
        (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
      );
      expect(`${failure?.stdout}${failure?.stderr}`.trim()).to.match(line).and.not.include("\n");
      expect(failure?.code).to.equal(exitCode);
    }
  });

  it("says in one line why a migration has failed", async () => {
    const database = new Database(join(folder, "foreign.sqlite"));
    database.exec("CREATE TABLE locks (other int)");
    database.close();
    const failure = await typeorm("migration:run", { DATABASE_URL: "foreign.sqlite" }).then(
      () => null,
      (error: { readonly code: number; readonly stderr: string }) => error,
    );
    expect(failure?.stderr).to.match(
      /^DATABASE_URL: the migration failed\. .*\(SQLITE_ERROR\)\. INSERT INTO locks \(name\) VALUES \(\?\).*\n$/,
    );
    expect(failure?.code).to.equal(1);
  });

  it("runs with only the port set: health, pages, an import in its thread, graceful shutdown", async () => {
    const port = await freePort();
    const started = spawn(process.execPath, ["dist/src/main.js"], {
      cwd: folder,
      env: environment({ HTTP_PORT: String(port), DEFAULT_POOL: "74957000000-74957000099" }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    application = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const url = `http://127.0.0.1:${port}`;
    const ask = (path: string): Promise<Response | null> => fetch(`${url}${path}`).catch(() => null);
    const hasPool = async (): Promise<boolean> =>
      (await (await ask("/pools"))?.text())?.includes("74957000000") === true;
    await until(hasPool, { everyMs: 50 }).catch((error: unknown) => {
      throw new Error(`It did not start:\n${output}`, { cause: error });
    });

    // Its status is not "up", because it is waiting for an Asterisk.
    expect((await ask("/health"))?.status).to.equal(503);
    const page = (await (await ask("/"))?.text()) ?? "";
    const assets = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/[^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    expect(assets).to.have.length.above(1);
    for (const path of assets) expect((await ask(path))?.status, path).to.equal(200);

    const form = new FormData();
    form.set("file", new Blob(["phone\n79161234567\n"], { type: "text/csv" }), "numbers.csv");
    const uploaded = await fetch(`${url}/upload`, { method: "POST", body: form });
    expect(uploaded.status, await uploaded.text()).to.equal(200);
    const found = await ask("/lookup/fake/79161234567");
    expect(await found?.json())
      .to.have.property("fake_phone")
      .that.matches(/^749570000\d\d$/);

    const exited = once(started, "exit");
    started.kill("SIGTERM");
    expect((await exited)[0]).to.equal(0);
  });
});
