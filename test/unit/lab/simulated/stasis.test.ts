import { expect } from "chai";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { InProcessConnection } from "../../../../lab/simulated/inProcess.ts";
import { aControlledLab, aLab, ask, aWaitingCall, callerNumber, proxyNumber, typesOf } from "./fixtures.ts";

const states = (ari: InProcessConnection): string[] => {
  const seen: string[] = [];
  ari.listen({
    connected: () => seen.push("connected"),
    disconnected: () => seen.push("disconnected"),
    event: () => undefined,
  });
  return seen;
};

describe("Applications of the simulated Asterisk", () => {
  it("hand a call to the dialplan at once without a listener", async () => {
    const { asterisk, ari, clock } = await aLab();
    await ari.close();
    const call = asterisk.call({ from: callerNumber, to: "+79580000001" });
    await clock.runUntilIdle();

    expect(call.dialplan).to.deep.equal([
      { why: "FAILED", context: "fallback", extension: "s", priority: 1 },
    ]);
    expect(call.callerSaw).to.deep.equal([183, 503]);
  });

  it("outlive their socket, with the filter, while one of their channels lives", async () => {
    const lab = await aLab({}, { events: ["StasisStart", "StasisEnd"] });
    const call = await aWaitingCall(lab);
    await lab.ari.close();
    expect(lab.asterisk.world.applications.get("phone-proxy")?.json()).to.deep.include({
      channel_ids: [call.id],
      events_allowed: [
        { type: "StasisStart" },
        { type: "StasisEnd" },
        { type: "ApplicationReplaced" },
        { type: "RESTResponse" },
      ],
    });
    const refused = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.advance(10);
    expect(refused.dialplan[0]?.why).to.equal("FAILED");

    call.hangUp();
    await lab.clock.advance(10);
    expect(lab.asterisk.world.applications.get("phone-proxy")).to.equal(undefined);
  });

  it("send a new socket the end of earlier calls, but nothing that happened in between", async () => {
    const lab = await aControlledLab(realNumberOf("answers"));
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntil(() => call.answeredAtMs !== null);
    lab.events.length = 0;
    lab.asterisk.dropSockets();
    lab.asterisk.world.channelEvent(lab.asterisk.channels[0] ?? expect.fail("no channel"), "ChannelHold");
    await lab.clock.advance(1_000);
    expect(lab.events).to.deep.equal([]);
    expect(call.ended).to.equal(false);

    call.hangUp();
    await lab.clock.runUntilIdle();
    expect(typesOf(lab.events, call.id)).to.include.members(["StasisEnd", "ChannelDestroyed"]);
  });

  it("belong to the last socket; the previous one is notified and receives nothing more", async () => {
    const lab = await aLab();
    const call = await aWaitingCall(lab);
    const seen = states(lab.ari);
    const other = lab.asterisk.connection();
    other.open();
    await lab.clock.advance(100);

    expect(lab.ari.status.state).to.equal("replaced");
    expect(seen).to.deep.equal(["connected", "disconnected"]);
    expect(other.status.state).to.equal("connected");
    call.hangUp();
    await lab.clock.advance(10);
    expect(typesOf(lab.events)).to.deep.equal(["StasisStart"]);
  });

  it("send only what the filter allows, including responses", async () => {
    const lab = await aLab();
    const path = "/applications/phone-proxy/eventFilter";
    const set = async (filter: unknown): Promise<number> => (await ask(lab, "PUT", path, {}, filter)).status;

    expect(await set({ allowed: [{ type: "StasisEnd" }] })).to.equal(200);
    const call = await aWaitingCall(lab);
    call.hangUp();
    await lab.clock.advance(10);
    expect(typesOf(lab.events)).to.deep.equal(["StasisEnd"]);
    expect(lab.asterisk.world.applications.get("phone-proxy")?.allows("RESTResponse")).to.equal(false);

    lab.events.length = 0;
    expect(await set({})).to.equal(200);
    expect(await set({ disallowed: [{ type: "StasisEnd" }] })).to.equal(200);
    (await aWaitingCall(lab)).hangUp();
    await lab.clock.advance(10);
    expect(typesOf(lab.events)).to.include("StasisStart").and.not.include("StasisEnd");
    expect(await set({ allowed: [{ kind: "StasisEnd" }] })).to.equal(400);
  });

  it("send an inbound channel's ChannelDestroyed only if a leg was created on its behalf", async () => {
    const lab = await aLab();
    (await aWaitingCall(lab)).hangUp();
    await lab.clock.advance(10);
    expect(typesOf(lab.events)).to.deep.equal(["StasisStart", "ChannelHangupRequest", "StasisEnd"]);
  });

  it("hand a call back to the dialplan on request", async () => {
    const lab = await aLab();
    const call = await aWaitingCall(lab);
    const query = { context: "fallback", extension: "s", priority: 1 };
    await ask(lab, "POST", `/channels/${call.id}/continue`, query);
    await lab.clock.runUntilIdle();

    expect(call.dialplan).to.deep.equal([
      { why: "continue", context: "fallback", extension: "s", priority: 1 },
    ]);
    expect(call.callerSaw).to.deep.equal([183, 503]);
    expect(typesOf(lab.events)).to.deep.equal(["StasisStart", "StasisEnd"]);
  });
});
