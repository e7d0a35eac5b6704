import { expect } from "chai";
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { asteriskCli } from "../../lab/lab.ts";
import { callFile, labLayout } from "../../lab/layout.ts";
import { placeCrowd } from "../../lab/sipp/crowd.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { freePort } from "../support/freePort.ts";
import { LiveClient } from "../support/liveClient.ts";
import { columnsShowing, filesShowing, keysShowing } from "../support/planted.ts";
import { caller, RealSystem } from "../support/realCalls.ts";
import { until } from "../support/until.ts";

/** What Asterisk remembers beyond its channels. */
const memories = [
  "core show channels verbose",
  "dialplan show globals",
  "database show",
  "core show hints",
  "bridge show all",
  "pjsip show channels",
  "odbc show all",
];

describe("People who are erased while they talk", function suite() {
  this.timeout(120_000);
  let system: RealSystem;
  let folder: string;
  const running: ApplicationProcess[] = [];

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749582");
    await system.application.stop("the tests run it as a process");
    folder = await mkdtemp(join(tmpdir(), "erased-calls-"));
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await one.end("SIGTERM");
  });
  after(async () => {
    await system?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  async function start(node: string, more: Record<string, string> = {}): Promise<ApplicationProcess> {
    const one = await ApplicationProcess.start(
      system.settings({
        NODE_NAME: node,
        HTTP_PORT: String(await freePort()),
        SPOOL_DIR: join(folder, node, "spool"),
        UPLOAD_DIR: join(folder, node, "uploads"),
        LOG_LEVEL: "debug",
        LOG_FORMAT: "json",
        ...more,
      }),
    );
    running.push(one);
    return one;
  }

  for (const connect of ["dial", "bridge"])
    it(`go on talking, and nothing is left of either number, not even in Asterisk, CONNECT=${connect}`, async () => {
      const controller = await start("controller", { CONNECT: connect });
      const other = await start("other", { ROLE: "web" });
      const post = async (path: string, number: string): Promise<Record<string, unknown>> => {
        const response = await fetch(`${other.url}${path}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ number }),
        });
        expect(response.status).to.equal(200);
        return (await response.json()) as Record<string, unknown>;
      };
      const board = await new LiveClient(other.url).ready();
      const isOnBoard = (calls: typeof board.calls): boolean =>
        [...calls.values()].some((call) => call.caller?.endsWith(from.slice(1)) === true);
      const { proxy, real } = await system.mapped("answers", { label: "Annabella" });
      const from = `79${String(randomInt(10 ** 9)).padStart(9, "0")}`;

      const missed = await system.mapped("ringsForEver");
      await system.dial(missed.proxy, { from, script: { kind: "cancels", after: 180, afterMs: 100 } }).result;
      await until(() => isOnBoard(board.ended));
      const conversation = placeCrowd({
        to: proxy,
        from,
        callerName: caller.name,
        calls: 1,
        callsPerSecond: 1,
      });
      await conversation.answered(60_000);
      const channels = () => asteriskCli("core show channels count");
      await until(async () => /^2 active channels/mu.test(await channels()));
      await until(async () => (await filesShowing(folder, from.slice(1))).length > 0);

      for (const number of [real, from]) {
        const erased = await post("/privacy/erase", number);
        expect(erased).to.include({ isComplete: true }).and.deep.include({ silentInstances: [] });
        expect(erased["instances"]).to.have.length(2);
        expect(JSON.stringify(erased)).to.not.include(number.slice(1));
      }
      await until(() => !isOnBoard(board.ended));
      // The call knows both numbers until it ends, and ends as its parties want.
      expect(isOnBoard(board.calls)).to.equal(true);
      expect(await channels()).to.match(/^2 active channels/mu);
      await conversation.hangUp(60_000);
      const [talkedMs = Number.NaN] = conversation.talkTimesMs();
      const record = await system.recordOf(proxy);
      expect(record).to.include({
        call_status: "answered",
        ended_by: "caller",
        caller_id: "",
        real_phone: null,
      });
      expect(record.call_duration).to.be.closeTo(talkedMs / 1000, 2);
      expect(await system.recordOf(missed.proxy)).to.include({ caller_id: "", real_phone: missed.real });
      await board.close();
      await until(async () => /^0 active channels/mu.test(await channels()));
      const calls = dirname(callFile());
      await until(async () => (await filesShowing(calls, from.slice(1))).length === 0, { timeoutMs: 30_000 });

      const { lab } = system;
      const address = { kind: "mysql", url: lab.mysql.url, poolSize: 2 } as const;
      const data = join(labLayout().root, "var");
      for (const number of [real.slice(1), from.slice(1)]) {
        expect(await columnsShowing(address, number), "tables").to.deep.equal([]);
        expect(await keysShowing(lab.redis.url, number), "Redis").to.deep.equal([]);
        expect(await filesShowing(folder, number), "spool and uploads").to.deep.equal([]);
        for (const place of ["log/asterisk", "spool/asterisk", "lib/asterisk", "lib/redis"])
          expect(await filesShowing(join(data, place), number), place).to.deep.equal([]);
        expect(await filesShowing(labLayout().logs, number), "logs of MySQL and Redis").to.deep.equal([]);
        for (const command of memories) expect(await asteriskCli(command), command).to.not.include(number);
        for (const one of [controller, other]) expect(one.output).to.not.include(number);
        const again = await post("/privacy/erase", number === real.slice(1) ? real : from);
        expect(Object.values(again["findings"] as object).every((found) => found === 0)).to.equal(true);
      }
    });
});
