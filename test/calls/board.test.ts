import { expect } from "chai";
import { RealSystem } from "../support/realCalls.ts";
import { until } from "../support/until.ts";

/** Three times what is promised. */
const soon = { timeoutMs: 3_000, everyMs: 20 };

describe("The live board, when a call ends without a sign from a callee", function suite() {
  this.timeout(30_000);
  let system: RealSystem;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749581", {
      CONNECT: "dial",
      ANNOUNCEMENT_UNKNOWN: "sound:ss-noservice",
      RING_TIMEOUT_SECONDS: "30",
    });
  });
  after(() => system?.stop());

  const leavesTheBoard = (proxy: string): Promise<void> =>
    until(() => system.liveCall(proxy) === undefined, soon);

  for (const [callee, afterMs] of [
    ["triesForEver", 300],
    ["triesForEver", 2_000],
    ["ignores", 1_200],
  ] as const)
    it(`loses a caller who leaves ${afterMs} ms after calling someone who ${callee}`, async () => {
      const { proxy } = await system.mapped(callee);
      const call = system.dial(proxy, { script: { kind: "cancels", after: 100, afterMs } });
      await until(() => system.liveCall(proxy)?.state === "dialling");
      expect((await call.result).finalCode).to.equal(487);
      await leavesTheBoard(proxy);
      expect(await system.recordOf(proxy)).to.include({
        call_status: "cancelled",
        status_reason: "caller_hung_up",
      });
    });

  it("loses a caller who leaves during an announcement", async () => {
    const proxy = system.freeProxyNumber();
    const call = system.dial(proxy, { script: { kind: "cancels", after: 183, afterMs: 300 } });
    await until(() => system.liveCall(proxy)?.state === "announcing");
    expect((await call.result).finalCode).to.equal(487);
    await leavesTheBoard(proxy);
  });

  it("loses a call for which no trunk has a leg", async () => {
    await system.application.stop("settings change");
    await system.startApplication({ OUTBOUND_TRUNKS: JSON.stringify([{ name: "no-such-trunk" }]) });
    const { proxy } = await system.mapped("answers");
    expect((await system.dial(proxy).result).finalCode).to.equal(503);
    await leavesTheBoard(proxy);
    expect(await system.recordOf(proxy)).to.include({ call_status: "congestion" });
  });
});
