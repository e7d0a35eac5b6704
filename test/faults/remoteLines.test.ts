import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { RowDataPacket } from "mysql2/promise";
import { callFile } from "../../lab/layout.ts";
import { columnsOfEnd, endOf, forgetLines } from "../support/callFile.ts";
import { recordSources } from "../../src/values/callRecord.ts";
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
    await until(async () => (await account(proxy))?.source === 2);
    const row = await account(proxy);
    expect(row).to.include({ call_status: "answered", ended_by: "caller" });
    expect(row?.call_duration).to.be.closeTo(talkMs / 1000, 1);
  });

  it("counts the talk time in the statistics as Asterisk's line corrects it", async () => {
    const talked = async (): Promise<number> => {
      const response = await fetch(`${system.application.url}/stats/calls`);
      const { totals } = (await response.json()) as { totals: { talkSeconds: number } };
      return totals.talkSeconds;
    };
    const counted = async (proxy: string, source: number): Promise<void> => {
      await until(async () => {
        const row = await account(proxy);
        return row?.source === source && row.stats_due === null;
      });
    };
    // The call before this one may not have been counted, or corrected, yet.
    const allCounted = async (): Promise<boolean> => {
      const [[row]] = await system.database.query<(RowDataPacket & { readonly due: number })[]>(
        "SELECT COUNT(*) AS due FROM call_logs WHERE stats_due IS NOT NULL",
      );
      return row?.due === 0;
    };
    await until(allCounted);
    const { pid } = sender ?? {};
    if (pid === undefined) return expect.fail("The lines are not sent.");
    const before = await talked();
    // The line arrives late, and says that the call lasted a minute longer than the controller saw.
    process.kill(-pid, "SIGSTOP");
    const { proxy } = await system.mapped("answers");
    try {
      await system.dial(proxy, { script: { kind: "talks", talkMs: 1_000 } }).result;
      await counted(proxy, recordSources.controller);
      const seen = (await account(proxy))?.call_duration ?? 0;
      expect(seen).to.be.closeTo(1, 1);
      expect((await talked()) - before).to.equal(seen);
      const line = await endOf(proxy);
      const corrected = { ...line, answeredMs: String(61_000) };
      await writeFile(callFile(), `${columnsOfEnd.map((name) => corrected[name]).join(",")}\n`);
    } finally {
      process.kill(-pid, "SIGCONT");
    }
    await counted(proxy, recordSources.asterisk);
    expect((await account(proxy))?.call_duration).to.equal(61);
    expect((await talked()) - before).to.equal(61);
  });
});

interface Account {
  readonly source: number;
  readonly call_duration: number;
  readonly call_status: string;
  readonly ended_by: string;
  readonly stats_due: number | null;
}
