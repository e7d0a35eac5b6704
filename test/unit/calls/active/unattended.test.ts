import { expect } from "chai";
import { AriError } from "../../../../src/ari/errors.ts";
import type { AriRequester } from "../../../../src/ari/types.ts";
import { watchUnattended } from "../../../../src/calls/active/unattended.ts";
import type { LostCall } from "../../../../src/callLog/rules/lostRecord.ts";
import { openCall } from "../../../support/callRecords.ts";
import { HandClock } from "../../ari/support.ts";
import { until } from "../../../support/until.ts";

const startupMs = Date.parse("2026-11-27T18:00:00.000Z");

describe("Calls of the spool that no controller of this process follows", () => {
  it("are lost if Asterisk does not have them, and left alone otherwise", async () => {
    const clock = new HandClock();
    const missing = new Map<string, LostCall>();
    let mayJudge = false;
    let asked = 0;
    const request: AriRequester = async <T>({ path }: { readonly path: string }) => {
      asked += 1;
      if (path.includes("asterisk/info"))
        return { status: { startup_time: "2026-11-27T18:00:00.000+0000" }, config: { name: "lab" } } as T;
      if (path.includes("live")) return {} as T;
      throw new AriError("ARI_HTTP", "no such channel", { status: 404 });
    };
    const stop = watchUnattended({
      asterisk: "asterisk",
      request,
      clock,
      mayJudge: () => mayJudge,
      signsOfLife: { lastOf: () => startupMs - 3_000 },
      callLog: {
        openCalls: () => [
          openCall("died", { startedAtMs: startupMs - 9_000, asterisk: "lab" }),
          openCall("ended", { startedAtMs: startupMs + 9_000, asterisk: "asterisk" }),
          openCall("live", { asterisk: "lab" }),
          openCall("elsewhere", { asterisk: "another" }),
        ],
        missing: (callId, found) => void missing.set(callId, found),
      },
    });
    clock.advance(5_000);
    expect(asked, "the active controller is comparing all calls itself").to.equal(0);
    mayJudge = true;
    await until(() => (clock.advance(5_000), missing.size === 2));
    stop();
    expect(Object.fromEntries(missing)).to.deep.equal({
      died: { lastSeenMs: startupMs - 3_000, asteriskLost: true },
      ended: { lastSeenMs: startupMs - 3_000, asteriskLost: false },
    });
  });

  it("are looked for a hundred at a time, all in turn, and at once those that Asterisk lost", async () => {
    const clock = new HandClock();
    const lost = new Set<string>();
    const looks = new Map<string, number>();
    const live = Array.from({ length: 250 }, (_, index) => `live-${index}`);
    const request: AriRequester = async <T>({ path }: { readonly path: string }) => {
      if (path.includes("asterisk/info"))
        return { status: { startup_time: new Date(startupMs).toISOString() } } as T;
      const callId = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
      if (callId.startsWith("died")) throw new AriError("ARI_HTTP", "no such channel", { status: 404 });
      looks.set(callId, (looks.get(callId) ?? 0) + 1);
      return {} as T;
    };
    const stop = watchUnattended({
      asterisk: "lab",
      request,
      clock,
      mayJudge: () => true,
      signsOfLife: { lastOf: () => null },
      callLog: {
        openCalls: () => [
          ...live.map((callId) => openCall(callId, { startedAtMs: startupMs + 1, asterisk: "lab" })),
          ...live.map((_, index) =>
            openCall(`died-${index}`, { startedAtMs: startupMs - 1, asterisk: "lab" }),
          ),
        ],
        missing: (callId) => void lost.add(callId),
      },
    });
    clock.advance(5_000);
    await until(() => lost.size === 250);
    expect(looks.size).to.equal(100);
    for (const seen of [200, 250]) {
      clock.advance(5_000);
      await until(() => looks.size === seen);
    }
    stop();
    expect(Math.max(...looks.values())).to.equal(2);
  });
});
