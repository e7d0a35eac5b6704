import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { identityOf, isRunning } from "../../lab/process.ts";
import { freePort } from "../support/freePort.ts";
import type { OwnLab } from "../support/ownLab.ts";
import { labOrSkip, ownLabOrSkip } from "../support/requirements.ts";
import { until } from "../support/until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();
// A run of the tests that is interrupted must not leave demos behind; in groups of their own, no terminal ends them.
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

class Demo {
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(command: readonly string[], environment: Readonly<Record<string, string>>) {
    const [program = "", ...args] = command;
    this.#child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, as a shell makes one for each command.
      detached: true,
    });
    this.#closed = once(this.#child, "close");
    running.add(this.#child);
    this.#child.once("exit", () => running.delete(this.#child));
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** Resolves once it has printed this. */
  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(`It ended:\n${this.stdout}\n${this.stderr}`);
      await Promise.race([once(this.#child.stdout ?? this.#child, "data"), this.#closed]);
    }
  }

  /** As a terminal does for Ctrl-C: everything that it started in the foreground gets the signal too. */
  interrupt(): void {
    process.kill(-(this.#child.pid ?? Number.NaN), "SIGINT");
  }

  async ended(): Promise<Ended> {
    await this.#closed;
    return { status: this.#child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

const demo = (args: readonly string[], environment: Readonly<Record<string, string>>): Demo =>
  new Demo([process.execPath, "--import", "tsx", "lab/demo.ts", ...args], environment);

interface ReportedCall {
  readonly scenario: string;
  readonly sip: number;
  readonly status: string;
  readonly expectedStatus: string;
  readonly durationSeconds: number;
  readonly ok: boolean;
}

interface Report {
  readonly calls: readonly ReportedCall[];
  readonly ok: boolean;
  readonly simulated: boolean;
}

/** The last line of standard output. How long a call took depends on the machine, so only whether it took any time is kept. */
const reportOf = ({ stdout }: Ended) => {
  const report = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Report;
  const calls = report.calls.map(({ durationSeconds, ...call }) => ({
    ...call,
    talked: durationSeconds > 0,
  }));
  return { ...report, calls };
};

const call = (scenario: string, sip: number, status: string, expectedStatus = status) => ({
  scenario,
  sip,
  status,
  expectedStatus,
  ok: status === expectedStatus,
  talked: status === "answered",
});

const allCalls = [
  call("answered", 200, "answered"),
  call("busy", 486, "busy"),
  call("no answer", 480, "no_answer"),
  call("unknown number", 404, "unknown_number"),
  call("caller gives up", 487, "cancelled"),
];

describe("the demo without a lab", function suite() {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "phone-proxy-demo-"));
  let environment: Record<string, string>;

  beforeEach(async () => {
    environment = {
      PHONE_PROXY_LAB_DIR: folder,
      PHONE_PROXY_LAB_APPLICATION_PORT: String(await freePort()),
    };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("says so, and places the same calls on a simulated Asterisk and SQLite", async () => {
    // Without any program to be found, no lab can be installed.
    const ended = await demo(["--once", "--json"], { ...environment, PATH: "/nowhere" }).ended();
    expect(ended.stderr).to.match(/^No real Asterisk .* SIMULATED: The lab .*\.$/m);
    expect(reportOf(ended)).to.deep.equal({ calls: allCalls, ok: true, simulated: true });
    expect(ended.stdout.trimEnd().split("\n"), "lines on standard output").to.have.length(1);
    expect(ended.status).to.equal(0);
  });

  it("exits with 1 if a call does not end as expected", async () => {
    const ended = await demo(["--json", "--simulated", "--expect", "busy=answered"], environment).ended();
    const calls = allCalls.with(1, call("busy", 486, "busy", "answered"));
    expect(reportOf(ended)).to.deep.equal({ calls, ok: false, simulated: true });
    expect(ended.stderr).to.include("NOT AS EXPECTED: the record says busy instead of answered");
    expect(ended.status).to.equal(1);
  });

  it("continues placing calls until interrupted, and leaves nothing running", async () => {
    const running = demo(["--simulated"], environment);
    await running.says("Ctrl-C stops the demo");
    const url = /Web: (\S+)/.exec(running.stdout)?.[1] ?? "";
    expect((await fetch(`${url}health`)).status).to.equal(200);
    // Its calls may have begun by now.
    await until(() => running.stdout.split("Ctrl-C stops the demo")[1]?.includes("answered") === true);
    running.interrupt();
    const ended = await running.ended();
    expect(ended.stdout).to.include("All calls went as expected.").and.include("Stopping");
    expect(ended.status).to.equal(0);
    const error: unknown = await fetch(`${url}health`).catch((reason: unknown) => reason);
    expect(error).to.have.nested.property("cause.code", "ECONNREFUSED");
  });

  it("names the setting if its port is in use", async () => {
    const port = await freePort();
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    const ended = await demo(["--simulated"], {
      ...environment,
      PHONE_PROXY_LAB_APPLICATION_PORT: String(port),
    }).ended();
    server.close();
    expect(ended.stderr)
      .to.include(`127.0.0.1:${port} is used by another process`)
      .and.include("PHONE_PROXY_LAB_APPLICATION_PORT");
    expect(ended.status).to.equal(1);
  });
});

describe("the demo on the lab", function suite() {
  this.timeout(120_000);

  before(async function prepare() {
    await labOrSkip(this);
  });

  it("places every call through the trunks of a real Asterisk, with one correct record each", async () => {
    const ended = await new Demo(["npm", "run", "demo", "--", "--once", "--json"], {}).ended();
    expect(ended.status, ended.stderr).to.equal(0);
    expect(reportOf(ended)).to.deep.equal({ calls: allCalls, ok: true, simulated: false });
  });
});

describe("the demo with a lab that is not running", function suite() {
  this.timeout(180_000);
  let lab: OwnLab;

  before(async function prepare() {
    lab = await ownLabOrSkip(this);
  });
  after(async () => {
    await lab?.remove();
  });

  it("aborts the installation when interrupted", async () => {
    const running = demo([], { ...lab.environment, LAB_HOLD: "debootstrap" });
    const pid = await lab.held();
    running.interrupt();
    const ended = await running.ended();
    expect(ended.stdout).to.include("Stopping");
    expect(ended.status, ended.stderr).to.equal(0);
    const left = identityOf(pid);
    expect(left !== null && isRunning(left), "the program that was installing").to.equal(false);
  });

  it("stops Asterisk, MySQL, Redis, SIPp, and the application when interrupted during a call", async () => {
    const running = demo([], lab.environment);
    await running.says("Ctrl-C stops the demo");
    const url = /Web: (\S+)/.exec(running.stdout)?.[1] ?? "";
    const servers = ["asterisk", "mysqld", "redis-check-rdb"];
    // One SIPp is the provider of all callees, the other the caller of this moment.
    await until(() => lab.programs().join() === [...servers, "sipp", "sipp"].join(), { timeoutMs: 60_000 });
    expect((await fetch(`${url}health`)).status).to.equal(200);
    running.interrupt();
    const ended = await running.ended();
    expect(ended.stdout).to.include("All calls went as expected.").and.include("Stopping");
    expect(ended.status, ended.stderr).to.equal(0);
    expect(lab.programs()).to.deep.equal([]);
    const error: unknown = await fetch(`${url}health`).catch((reason: unknown) => reason);
    expect(error).to.have.nested.property("cause.code", "ECONNREFUSED");
    expect((await lab.run("status")).output).to.match(/^(\w+ +stopped .*\n){3}/m);
  });
});
