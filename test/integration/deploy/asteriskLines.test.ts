import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { setUpAdministrator } from "../../../bench/support/administrator.ts";
import { CallLog, type CallLogRow } from "../../../src/store/entities/calls.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/types.ts";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { beginLine, endLine } from "../../support/asteriskLines.ts";
import { freePort } from "../../support/freePort.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const script = fileURLToPath(new URL("../../../deploy/asterisk-lines/send-lines.sh", import.meta.url));
const lines = (...texts: string[]): string => texts.map((text) => `${text}\n`).join("");

describe("Asterisk's lines from another machine", function suite() {
  this.timeout(120_000);
  let folder: string;
  let calls: string;
  let file: string;
  let port: number;
  let application: ApplicationProcess | null = null;
  let store: Store;
  let key: string;
  let keyFile: string;
  const senders: ChildProcess[] = [];

  /** An instance that serves the API only: any instance takes lines. */
  const start = async (): Promise<ApplicationProcess> =>
    (application = await ApplicationProcess.start({
      DATABASE_URL: join(folder, "data.sqlite"),
      ROLE: "web",
      ACCESS: "required",
      UPLOAD_DIR: join(folder, "uploads"),
      HTTP_PORT: String(port),
      LOG_FORMAT: "json",
    }));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-deploy-"));
    port = await freePort();
    const started = await start();
    const administrator = await setUpAdministrator({ child: { output: () => started.output }, port });
    key = await administrator.keyWith(["calls.record"]);
    store = createStore({
      address: { kind: "sqlite", file: join(folder, "data.sqlite") },
      logger: silentLogger,
    });
    store.open();
    await store.ready();
  });
  after(async () => {
    await store?.close();
    await application?.end("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    calls = await mkdtemp(join(folder, "calls-"));
    file = join(calls, "calls.csv");
    keyFile = join(folder, "key");
    await writeFile(keyFile, `${key}\n`);
    await chmod(keyFile, 0o600);
    await store.transaction((manager) => manager.createQueryBuilder().delete().from(CallLog).execute());
  });
  afterEach(async () => {
    for (const sender of senders.splice(0)) await end(sender, "SIGKILL");
  });

  interface Sender extends ChildProcess {
    said: string;
  }

  function send(): Sender {
    const child = spawn("sh", [script], {
      env: {
        PATH: process.env["PATH"] ?? "",
        CALL_FILE: file,
        LINES_URL: `http://127.0.0.1:${port}/calls/lines`,
        LINES_KEY_FILE: keyFile,
      },
      stdio: ["ignore", "ignore", "pipe"],
      // Its pause is a process of its own, which would outlive a kill.
      detached: true,
    });
    const sender: Sender = Object.assign(child, { said: "" });
    child.stderr?.on("data", (chunk: Buffer) => (sender.said += chunk.toString()));
    senders.push(sender);
    return sender;
  }

  async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    process.kill(signal === "SIGKILL" ? -child.pid : child.pid, signal);
    await ended;
  }

  const rows = (): Promise<CallLogRow[]> =>
    store.read((manager) => manager.find(CallLog, { order: { callId: "ASC" } }));
  const ids = async (): Promise<string[]> => (await rows()).map(({ callId }) => callId);
  const nothingLeft = (): Promise<void> => until(async () => (await readdir(calls)).length === 0);

  it("become records, and leave the machine once they are stored", async () => {
    await writeFile(file, lines(beginLine("a"), endLine("a"), endLine("b", { endedBy: "callee" })));
    send();
    await until(async () => (await rows()).length === 2);
    await nothingLeft();
    await appendFile(file, lines(endLine("c")));
    await until(async () => (await rows()).length === 3);
    await nothingLeft();
    const [first, second] = await rows();
    expect(first).to.include({ callId: "a", callStatus: "answered", callDuration: 60, source: 2 });
    expect(second).to.include({ statusReason: "callee_hung_up", endedBy: "callee" });
  });

  it("wait while the application is away, and none is lost or doubled when sender and application are killed", async () => {
    const sent: string[] = [];
    const write = async (count: number): Promise<void> => {
      const some = Array.from({ length: count }, (_, index) => `call-${1_000 + sent.length + index}`);
      sent.push(...some);
      await appendFile(file, lines(...some.map((id) => endLine(id))));
    };
    const first = send();
    await write(50);
    await until(async () => (await rows()).length > 0);
    await application?.end("SIGKILL");
    await write(50);
    await until(() => first.said.includes("cannot be reached"));
    await write(50);
    await end(first, "SIGKILL");
    const second = send();
    await write(4_500);
    await until(() => second.said.includes("cannot be reached"));
    await start();
    await until(async () => (await rows()).length > 200);
    await end(second, "SIGKILL");
    send();
    await until(async () => (await rows()).length === sent.length);
    await nothingLeft();
    expect(await ids()).to.deep.equal(sent);
  });

  it("that cannot be read are kept on that machine, and the others are stored", async () => {
    await writeFile(file, lines(endLine("a"), "no line", endLine("b")));
    const sender = send();
    await until(async () => (await readdir(calls)).join() === "calls.csv.rejected");
    expect(await ids()).to.deep.equal(["a", "b"]);
    expect(await readFile(`${file}.rejected`, "utf8")).to.contain("no line");
    expect((await stat(`${file}.rejected`)).mode & 0o077).to.equal(0);
    expect(sender.said).to.contain("cannot read some lines");
  });

  it("are not sent with a key that others can read, and wait with one that is not allowed", async () => {
    await writeFile(file, lines(endLine("a")));
    await chmod(keyFile, 0o640);
    const open = send();
    await until(() => open.exitCode !== null);
    expect(open.said).to.contain("chmod 600");
    await chmod(keyFile, 0o600);
    await writeFile(keyFile, "pp_wrong");
    const wrong = send();
    await until(() => wrong.said.includes("calls.record"));
    expect(await ids()).to.deep.equal([]);
    expect((await readdir(calls)).length).to.equal(1);
  });

  it("stop being sent at once on SIGTERM", async () => {
    await writeFile(file, lines(endLine("a")));
    const sender = send();
    await nothingLeft();
    await end(sender, "SIGTERM");
    expect(sender.signalCode).to.equal(null);
    expect(sender.exitCode).to.equal(0);
  });

  it("are taken as CSV only, with the permission only, and up to a limit", async () => {
    const post = (body: string, headers: Record<string, string>): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/calls/lines`, { method: "POST", headers, body });
    const csv = { "Content-Type": "text/csv", "X-API-Key": key };
    expect(await (await post(endLine("a"), csv)).json()).to.deep.equal({ stored: 1 });
    expect((await post(endLine("a"), { ...csv, "Content-Type": "text/plain" })).status).to.equal(415);
    expect((await post(endLine("a"), { "Content-Type": "text/csv" })).status).to.equal(401);
    expect((await post("x".repeat(2 * 1024 * 1024 + 1), csv)).status).to.equal(413);
    const mixed = await post(lines("no line", endLine("b"), endLine("c").slice(0, 90)), csv);
    expect(mixed.status).to.equal(422);
    expect(await mixed.json()).to.deep.include({ code: "LINES_REJECTED", rejected: [1, 3] });
    expect(await ids()).to.deep.equal(["a", "b"]);
  });
});
