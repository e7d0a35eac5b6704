import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { RowDataPacket } from "mysql2/promise";
import { callFile } from "../../lab/layout.ts";
import { forgetLines } from "../support/callFile.ts";
import { RealSystem } from "../support/realCalls.ts";
import { until } from "../support/until.ts";

const script = fileURLToPath(new URL("../../deploy/asterisk-lines/send-lines.sh", import.meta.url));

describe("An Asterisk on another machine, whose lines are sent", function suite() {
  this.timeout(60_000);
  let system: RealSystem;
  let folder: string;
  let sender: ChildProcess | undefined;

  before(async function prepare() {
    // The application does not see the file, as if it were elsewhere.
    system = await RealSystem.startOrSkip(this, "749564", { ASTERISK_CALL_FILE: "" });
    await forgetLines();
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-lines-"));
    const keyFile = join(folder, "key");
    await writeFile(keyFile, "open access needs none\n", { mode: 0o600 });
    sender = spawn("sh", [script], {
      env: {
        PATH: process.env["PATH"] ?? "",
        CALL_FILE: callFile(),
        LINES_URL: `${system.application.url}/calls/lines`,
        LINES_KEY_FILE: keyFile,
      },
      stdio: "ignore",
      detached: true,
    });
  });
  after(async () => {
    if (sender?.pid !== undefined) {
      process.kill(-sender.pid, "SIGKILL");
      await once(sender, "close");
    }
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Talk time, whose account it is, and what the statistics count. */
  const account = async (proxy: string) => {
    const [rows] = await system.database.query<(RowDataPacket & Account)[]>(
      "SELECT source, call_duration, call_status, ended_by, stats_due FROM call_logs WHERE fake_phone = ?",
      [proxy],
    );
    return rows[0];
  };

  it("has records with Asterisk's own talk time and the party that hung up", async () => {
    const { proxy } = await system.mapped("answers");
    const { talkMs } = await system.dial(proxy, { script: { kind: "talks", talkMs: 2_000 } }).result;
    await until(async () => (await account(proxy))?.source === 2, { timeoutMs: 20_000 });
    const row = await account(proxy);
    expect(row).to.include({ call_status: "answered", ended_by: "caller" });
    expect(row?.call_duration).to.be.closeTo(talkMs / 1000, 1);
  });

  it("counts the talk time that Asterisk corrects once, in the statistics too", async () => {
    const { proxy } = await system.mapped("answers");
    await system.dial(proxy, { script: { kind: "talks", talkMs: 1_000 } }).result;
    await until(async () => (await account(proxy))?.source === 2, { timeoutMs: 20_000 });
    // As if a controller had recorded too long a call before the line came.
    await system.database.query(
      "UPDATE call_logs SET call_duration = 1000, source = 1 WHERE fake_phone = ?",
      [proxy],
    );
    const total = async (): Promise<number> => {
      const [rows] = await system.database.query<(RowDataPacket & { total: string })[]>(
        "SELECT COALESCE(SUM(talk_seconds), 0) AS total FROM call_stats",
      );
      return Number(rows[0]?.total);
    };
    await until(async () => (await account(proxy))?.stats_due === null, { timeoutMs: 20_000 });
    const withTooMuch = await total();
    await system.database.query("UPDATE call_logs SET call_duration = 1, source = 2 WHERE fake_phone = ?", [
      proxy,
    ]);
    await until(async () => (await account(proxy))?.stats_due === null, { timeoutMs: 20_000 });
    expect(withTooMuch - (await total())).to.equal(999);
  });
});

interface Account {
  readonly source: number;
  readonly call_duration: number;
  readonly call_status: string;
  readonly ended_by: string;
  readonly stats_due: number | null;
}
