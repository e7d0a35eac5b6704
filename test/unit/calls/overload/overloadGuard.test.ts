import { expect } from "chai";
import type { AriEvent } from "../../../../src/ari/generated/models.ts";
import type { AriListener, AriRequest, AriRequester } from "../../../../src/ari/types.ts";
import { guardAgainstOverload } from "../../../../src/calls/overload/overloadGuard.ts";
import { VirtualClock } from "../../../../lab/simulated/index.ts";
import { silentLogger } from "../../../support/silentLogger.ts";

/** Asterisk's clock is an hour behind. */
const behindMs = 3_600_000;

/** An Asterisk whose calls come late, and the values of PP_SHED. */
function guarded() {
  const clock = new VirtualClock();
  const listeners: AriListener[] = [];
  const written: string[] = [];
  const ari = {
    name: "asterisk-1",
    request: (async ({ body }: AriRequest) => {
      written.push((body as { readonly value: string }).value);
    }) as AriRequester,
    momentOf: (timestamp: string) => Date.parse(timestamp) + behindMs,
    listen: (listener: AriListener) => void listeners.push(listener),
  };
  const guard = guardAgainstOverload({ ari, clock, logger: silentLogger });
  const arrive = (delayMs: number): void => {
    const creationtime = new Date(clock.nowMs() - delayMs - behindMs).toISOString().replace("Z", "+0000");
    const event = {
      type: "StasisStart",
      args: ["in", "74950000001", "74950000001", "", "trunk-in", "", "79161234567", "", ""],
      channel: { id: "lab-1", name: "PJSIP/trunk-in-0-1", creationtime },
    } as unknown as AriEvent;
    for (const listener of listeners) listener.event(event, clock.steadyMs());
  };
  return {
    clock,
    guard,
    written,
    /** 300 calls a second, for so long. */
    flood: async (delayMs: number, forMs: number): Promise<void> => {
      for (let passedMs = 0; passedMs < forMs; passedMs += 10) {
        for (let call = 0; call < 3; call++) arrive(delayMs);
        await clock.advance(10);
      }
    },
    lose: () => listeners.forEach((listener) => listener.disconnected()),
  };
}

describe("A controller to which calls come too late", () => {
  it("has Asterisk refuse a share for two seconds of Asterisk's clock, and takes all again when they come in time", async () => {
    const { clock, flood, guard, written } = guarded();
    await flood(20, 1_000);
    expect(written).to.deep.equal([]);
    await flood(400, 600);
    expect(guard.percent).to.be.at.least(50);
    const [until, percent] = (written[0] ?? "").split("-").map(Number);
    expect(percent).to.equal(50);
    expect(until).to.be.closeTo((clock.nowMs() - behindMs) / 1000 + 2, 1);
    await flood(5, 5_000);
    expect(guard.percent).to.equal(0);
    expect(written.at(-1)).to.equal("");
    const all = written.length;
    await flood(5, 1_000);
    expect(written).to.have.length(all);
    guard.close();
  });

  it("writes nothing more after the connection is lost, or another controller has taken over", async () => {
    const { flood, guard, lose, written } = guarded();
    await flood(400, 600);
    lose();
    const all = written.length;
    await flood(5, 1_000);
    expect(guard.percent).to.equal(0);
    expect(written).to.have.length(all);
    guard.close();
  });
});
