import { expect } from "chai";
import { execFile, type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadSettings } from "../../config/settings.ts";
import { prepareFiles } from "../../src/app/files.ts";
import { startArguments } from "../../lab/demo/startArguments.ts";
import { createSimulatedAsterisk, type SimulatedAsterisk } from "../../lab/simulated/index.ts";
import { silentLogger } from "../support/silentLogger.ts";
import { until } from "../support/until.ts";
import { freePort } from "../support/freePort.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const loader = import.meta.resolve("tsx");
const runFile = promisify(execFile);

/** Every file and folder below and including `folder`, with its mode, e.g. `spool/lock 600`. */
function modesIn(folder: string): Map<string, string> {
  const modes = new Map<string, string>();
  const look = (path: string): void => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    // The application has removed it since its folder was read.
    if (status === undefined) return;
    modes.set(relative(folder, path) || ".", (status.mode & 0o7777).toString(8));
    if (status.isDirectory()) for (const name of readdirSync(path)) look(join(path, name));
  };
  look(folder);
  return modes;
}

/** The entries to which users other than the owner have any access. */
function openToOthers(folder: string): string[] {
  return [...modesIn(folder)].filter(([, mode]) => !mode.endsWith("00")).map((entry) => entry.join(" "));
}

function openUp(folder: string): void {
  for (const name of modesIn(folder).keys()) {
    const path = join(folder, name);
    chmodSync(path, lstatSync(path).isDirectory() ? 0o777 : 0o666);
  }
}

for (const umask of ["000", "022"]) {
  describe(`The files of an application started with umask ${umask}`, function suite() {
    this.timeout(120_000);
    let folder: string;
    let data: string;
    /** Asterisk, which runs as another user, also writes here. */
    let shared: string;
    let asterisk: SimulatedAsterisk;
    let application: ChildProcess | null = null;
    let output = "";
    let url = "";

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "phone-proxy-modes-"));
      // Created by the application, as on a first start.
      data = join(folder, "data");
      shared = join(folder, "calls");
      mkdirSync(shared);
      chmodSync(shared, 0o2770);
      // Records rejected by the database are stored next to it.
      writeFileSync(join(shared, "calls.csv.taken-1"), "no call\n", { mode: 0o644 });
      asterisk = await createSimulatedAsterisk();
    });
    afterEach(() => {
      application?.kill("SIGKILL");
      application = null;
    });
    after(async () => {
      await asterisk.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
      const { url: ariUrl, username, password } = asterisk.address();
      return {
        PATH: process.env["PATH"] ?? "",
        DEFAULT_POOL: "74957990000-74957990099",
        LOG_FORMAT: "json",
        ASTERISK_URL: ariUrl,
        ASTERISK_USER: username,
        ASTERISK_PASSWORD: password,
        ASTERISK_CALL_FILE: join(shared, "calls.csv"),
        ...more,
      };
    };
    /** Runs a program with the umask, which Node cannot set for a child. */
    const underUmask = (script: string, ...args: string[]): [string, string[]] => [
      "/bin/sh",
      ["-c", `umask ${umask} && ${script}`, "sh", ...args],
    ];

    async function start(): Promise<void> {
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      output = "";
      // Its working folder has no `.env`, and contains `data`, the default folder of all files.
      const child = spawn(...underUmask('exec "$@"', process.execPath, ...startArguments()), {
        cwd: folder,
        env: environment({ HTTP_PORT: String(port) }),
        stdio: ["ignore", "pipe", "pipe"],
      });
      application = child;
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      const ready = async (): Promise<boolean> => {
        const pools = await fetch(`${url}/pools`).catch(() => null);
        return (await pools?.text())?.includes("74957990000") === true;
      };
      await until(ready, { timeoutMs: 60_000, everyMs: 50 }).catch((error: unknown) => {
        throw new Error(`It did not start:\n${output}`, { cause: error });
      });
      await until(async () => (await fetch(`${url}/health`)).status === 200);
    }

    async function stop(): Promise<void> {
      if (application === null) return;
      const exited = once(application, "exit");
      application.kill("SIGTERM");
      await exited;
    }

    async function upload(query: string): Promise<{ mapped?: { proxyNumber: string }[] }> {
      const form = new FormData();
      form.set("file", new Blob(["phone\n+79000001001\n"], { type: "text/csv" }), "numbers.csv");
      const response = await fetch(`${url}/upload${query}`, { method: "POST", body: form });
      expect(response.ok, `upload answered ${response.status}`).to.equal(true);
      return (await response.json()) as { mapped?: { proxyNumber: string }[] };
    }

    it("are readable by its user only: database, journals, spool, uploads, rejected calls", async () => {
      await start();
      const { mapped = [] } = await upload("");
      const call = asterisk.call({
        from: "79995550000",
        to: mapped[0]?.proxyNumber ?? "",
        caller: { hangsUp: { on: 200, afterMs: 20 } },
      });
      await call.whenEnded();
      // A preview keeps its file, read by the import thread, until it is committed or cancelled.
      await upload("?dryRun=true");
      for (const path of ["/export/csv", "/calls/export.csv"]) await (await fetch(`${url}${path}`)).text();
      await until(() => modesIn(shared).has("calls.csv.rejected"));
      await until(() => modesIn(shared).size === 2);

      const made = [...modesIn(data).keys()];
      expect(made).to.include.members([
        "phone-proxy.sqlite",
        "phone-proxy.sqlite-wal",
        "phone-proxy.sqlite-shm",
        "spool/lock",
        "spool/checkpoint",
      ]);
      expect(made.some((name) => /^spool\/\d+\.spool$/.test(name))).to.equal(true);
      expect(made.some((name) => /^uploads\/import-[^/]+\/file$/.test(name))).to.equal(true);
      expect(openToOthers(data)).to.deep.equal([]);
      expect(Object.fromEntries(modesIn(shared))).to.deep.equal({
        ".": "2770",
        "calls.csv.rejected": "600",
      });
      expect(output).not.to.include("Other users");
    });

    it("lose other users' access at the next start, which is logged once", async () => {
      await stop();
      openUp(data);
      await start();
      expect(openToOthers(data)).to.deep.equal([]);
      const told = output.split("\n").filter((line) => line.includes("Removed other users' access"));
      expect(told).to.have.length(1);
      expect(JSON.parse(told[0] ?? "")).to.deep.include({
        level: "warn",
        settings: ["DATABASE_URL", "SPOOL_DIR", "UPLOAD_DIR"],
      });
    });

    it("lose other users' access when a migration command creates or finds them", async () => {
      await stop();
      for (const open of [false, true]) {
        const fresh = join(folder, "by-hand");
        if (open) openUp(fresh);
        const file = join(fresh, "phone-proxy.sqlite");
        await runFile(
          ...underUmask(
            'exec "$@"',
            process.execPath,
            "--import",
            loader,
            join(root, "node_modules/typeorm/cli.js"),
            "migration:run",
            "-d",
            join(root, "ormconfig.ts"),
          ),
          { cwd: folder, env: environment({ DATABASE_URL: file }) },
        );
        const modes = modesIn(fresh);
        expect(modes.get("phone-proxy.sqlite")).to.equal("600");
        if (!open) expect(modes.get(".")).to.equal("700");
      }
    });
  });
}

describe("The folders of the settings", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-shared-"));
    chmodSync(folder, 0o755);
    for (const name of ["phone-proxy.sqlite", "phone-proxy.sqlite.bak"])
      writeFileSync(join(folder, name), "", { mode: 0o644 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const prepare = (more: Readonly<Record<string, string>> = {}): void =>
    prepareFiles(
      loadSettings({
        environment: {
          DATABASE_URL: join(folder, "phone-proxy.sqlite"),
          SPOOL_DIR: join(folder, "spool"),
          UPLOAD_DIR: join(folder, "uploads"),
          ...more,
        },
        envFile: null,
        terminal: false,
      }),
      silentLogger,
    );
  const privateOnes = {
    "phone-proxy.sqlite": "600",
    "phone-proxy.sqlite.bak": "600",
    spool: "700",
    uploads: "700",
  };

  it("are private, with the copies of the database in them", () => {
    prepare();
    expect(Object.fromEntries(modesIn(folder))).to.deep.equal({ ".": "700", ...privateOnes });
  });

  it("stay unchanged if they contain foreign files, while our files in them become private", () => {
    writeFileSync(join(folder, "report.txt"), "not ours", { mode: 0o644 });
    prepare();
    expect(Object.fromEntries(modesIn(folder))).to.deep.equal({
      ".": "755",
      "report.txt": "644",
      ...privateOnes,
    });
  });

  it("stay unchanged on the path to the file that Asterisk, another user, writes", () => {
    prepare({ ASTERISK_CALL_FILE: join(folder, "calls/calls.csv") });
    expect(modesIn(folder).get(".")).to.equal("755");
  });

  it("may contain symbolic links, whose targets are not changed", () => {
    const elsewhere = join(folder, "elsewhere.txt");
    writeFileSync(elsewhere, "", { mode: 0o644 });
    mkdirSync(join(folder, "uploads"));
    symlinkSync(elsewhere, join(folder, "uploads/import-1"));
    symlinkSync(elsewhere, join(folder, "phone-proxy.sqlite-wal"));
    prepare();
    expect(modesIn(folder).get("elsewhere.txt")).to.equal("644");
  });
});
