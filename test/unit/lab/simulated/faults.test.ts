import { expect } from "chai";
import { AriError } from "../../../../src/ari/errors.ts";
import type { AriErrorCode } from "../../../../src/ari/errors.ts";
import type { AriRequest } from "../../../../src/ari/types.ts";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { Lab } from "./fixtures.ts";
import { aControlledLab, aLab, aWaitingCall, callerNumber, proxyNumber, typesOf } from "./fixtures.ts";

/** Sends a request and notes how it ends, while the test moves the clock. */
function watch({ ari }: Lab, request: AriRequest): { outcome: AriErrorCode | "answered" | "waiting" } {
  const seen: { outcome: AriErrorCode | "answered" | "waiting" } = { outcome: "waiting" };
  ari.request(request).then(
    () => (seen.outcome = "answered"),
    (error: unknown) => {
      if (!(error instanceof AriError)) throw error;
      seen.outcome = error.code;
    },
  );
  return seen;
}

const createBridge = { method: "POST", path: "/bridges/b1" } as const;

describe("Faults of the simulated Asterisk", () => {
  it("drop, delay, duplicate, garble, and hold back single events", async () => {
    const lab = await aLab();
    const { faults } = lab.asterisk;
    faults.on({ type: "StasisStart" }, "drop", 1);
    const first = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.advance(10);
    expect(typesOf(lab.events, first.id)).to.deep.equal([]);

    faults.on({ type: "StasisStart" }, { do: "delay", ms: 300 }, 1);
    const second = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.advance(299);
    expect(typesOf(lab.events, second.id)).to.deep.equal([]);
    await lab.clock.advance(1);
    expect(typesOf(lab.events, second.id)).to.deep.equal(["StasisStart"]);

    faults.on({ type: "StasisStart" }, "duplicate", 1);
    const third = await aWaitingCall(lab);
    expect(typesOf(lab.events, third.id)).to.deep.equal(["StasisStart", "StasisStart"]);

    faults.on({ channelId: third.id, type: "ChannelHangupRequest" }, "malformed");
    third.hangUp();
    await lab.clock.advance(10);
    expect(typesOf(lab.events, third.id).slice(2)).to.deep.equal(["StasisEnd"]);
    expect(lab.ari.malformed).to.equal(1);

    const rule = faults.on({ type: "ChannelHangupRequest", channelId: second.id }, "hold");
    second.hangUp();
    await lab.clock.advance(10);
    expect(typesOf(lab.events, second.id)).to.deep.equal([
      "StasisStart",
      "StasisEnd",
      "ChannelHangupRequest",
    ]);
    expect(rule.hits).to.equal(1);
  });

  it("lose a request, or only its response", async () => {
    const lab = await aLab();
    lab.asterisk.faults.on({ kind: "request", path: "/bridges/b1" }, "drop", 1);
    const lost = watch(lab, createBridge);
    await lab.clock.advance(4_999);
    expect(lost.outcome).to.equal("waiting");
    await lab.clock.advance(1);
    expect(lost.outcome).to.equal("ARI_TIMEOUT");
    expect(lab.asterisk.bridges).to.deep.equal([]);

    lab.asterisk.faults.on({ kind: "response", method: "POST", path: /^\/bridges\// }, "drop", 1);
    const unanswered = watch(lab, createBridge);
    await lab.clock.advance(5_000);
    expect(unanswered.outcome).to.equal("ARI_TIMEOUT");
    expect(lab.asterisk.bridges.map(({ id }) => id)).to.deep.equal(["b1"]);
  });

  it("cut the sockets: pending requests fail, the client reconnects, channels live on", async () => {
    const lab = await aLab();
    const call = await aWaitingCall(lab);
    lab.asterisk.faults.slowMs = 1_000;
    const under = watch(lab, createBridge);
    lab.asterisk.dropSockets();
    await lab.clock.advance(0);
    expect(under.outcome).to.equal("ARI_DISCONNECTED");
    expect(lab.ari.status.state).to.equal("connecting");
    expect(watch(lab, createBridge).outcome).to.equal("waiting");

    await lab.clock.advance(500);
    expect(lab.ari.status.state).to.equal("connected");
    expect(lab.asterisk.channels.map(({ id }) => id)).to.deep.equal([call.id]);
  });

  it("leave a socket open but dead, until the client gives up", async () => {
    const lab = await aLab();
    lab.asterisk.halfOpen();
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    const unheard = watch(lab, createBridge);
    await lab.clock.advance(7_000);
    expect(lab.ari.status.state).to.equal("connected");
    expect(unheard.outcome).to.equal("ARI_TIMEOUT");
    // The dead peer still has the application, so that the call falls into a hole.
    expect(call.steps).to.include("stasis");
    expect(call.dialplan).to.deep.equal([]);
    expect(lab.events).to.deep.equal([]);

    await lab.clock.advance(1_000);
    expect(lab.ari.status.state).to.equal("connected");
    expect(watch(lab, createBridge).outcome).to.equal("waiting");
    await lab.clock.advance(1);
    expect(lab.asterisk.bridges).to.have.lengthOf(1);
  });

  it("kill Asterisk with all calls, and restart it", async () => {
    const lab = await aControlledLab(realNumberOf("answers"));
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntil(() => call.answeredAtMs !== null);
    const startedAtMs = lab.asterisk.world.startedAtMs;
    lab.events.length = 0;
    lab.asterisk.kill(2_000);

    expect(call.endedBy).to.equal("crash");
    expect(lab.asterisk.channels).to.deep.equal([]);
    await lab.clock.advance(1_900);
    expect(lab.ari.status.state).to.equal("connecting");
    await lab.clock.advance(500);
    expect(lab.ari.status.state).to.equal("connected");
    expect(lab.asterisk.world.startedAtMs).to.be.greaterThan(startedAtMs);
    expect(lab.events).to.deep.equal([]);

    const next = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntil(() => next.answeredAtMs !== null);
    expect(next.callerSaw).to.deep.equal([180, 200]);
  });

  it("occur at random with the given probability, reproducibly by seed", async () => {
    const lostOf = async (seed: number): Promise<number[]> => {
      const lab = await aLab({ seed });
      lab.asterisk.faults.byChance({ drop: 0.3, kinds: ["event"] });
      const lost: number[] = [];
      for (let index = 0; index < 200; index++) {
        const call = await aWaitingCall(lab);
        if (typesOf(lab.events, call.id).length === 0) lost.push(index);
      }
      return lost;
    };
    const lost = await lostOf(3);
    expect(lost).to.have.lengthOf.within(40, 80);
    expect(await lostOf(3)).to.deep.equal(lost);
    expect(await lostOf(4)).not.to.deep.equal(lost);
  });

  it("spare messages that are excluded", async () => {
    const lab = await aLab();
    lab.asterisk.faults.byChance({ drop: 1, only: ({ type }) => type !== "StasisStart" });
    const call = await aWaitingCall(lab);
    call.hangUp();
    await lab.clock.advance(10);
    expect(typesOf(lab.events, call.id)).to.deep.equal(["StasisStart"]);
  });

  it("end once cleared", async () => {
    const lab = await aLab();
    lab.asterisk.faults.byChance({ drop: 1 });
    lab.asterisk.faults.on({}, "drop");
    lab.asterisk.faults.slowMs = 60_000;
    lab.asterisk.faults.clear();
    const answered = watch(lab, createBridge);
    await lab.clock.advance(1);
    expect(answered.outcome).to.equal("answered");
  });

  it("reorder events of different channels, never those of one", async () => {
    const lab = await aControlledLab(realNumberOf("answersThenHangsUp"), {
      timing: { eventMs: [0, 30], responseMs: [0, 30], threadMs: [0, 10], sipMs: [0, 10] },
    });
    const calls = Array.from({ length: 20 }, () =>
      lab.asterisk.call({ from: callerNumber, to: proxyNumber }),
    );
    await lab.clock.runUntilIdle();

    for (const call of calls) {
      const types = typesOf(lab.events, `${call.id}.callee`);
      const places = ["StasisStart", "ChannelHangupRequest", "StasisEnd", "ChannelDestroyed"].map((type) =>
        types.indexOf(type),
      );
      expect(places).to.deep.equal(places.toSorted((one, other) => one - other));
      expect(places[0]).to.be.greaterThan(-1);
    }
    expect(lab.asterisk.channels).to.deep.equal([]);
  });
});
