import { expect } from "chai";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { SimulatedCall } from "../../../../lab/simulated/index.ts";
import type { Lab } from "./fixtures.ts";
import { aLab, ask, aWaitingCall, callerNumber, typesOf } from "./fixtures.ts";

const realNumber = realNumberOf("ringsForEver");

const create = async (lab: Lab, call: SimulatedCall, more: Record<string, string> = {}) =>
  ask(lab, "POST", "/channels/create", {
    endpoint: `PJSIP/${realNumber}@trunk-out`,
    app: "phone-proxy",
    channelId: `${call.id}.callee`,
    originator: call.id,
    ...more,
  });

describe("REST requests to the simulated Asterisk", () => {
  let lab: Lab;
  let call: SimulatedCall;

  beforeEach(async () => {
    lab = await aLab({ systemName: "lab" });
    call = await aWaitingCall(lab);
  });

  it("return its version, its name, and its objects", async () => {
    const { body } = await ask(lab, "GET", "/asterisk/info");
    expect(body).to.deep.include({ system: { version: "22.10.1", entity_id: "02:00:00:00:00:01" } });
    expect(body).to.have.nested.property("config.name", "lab");
    expect(call.id).to.match(/^lab-\d+\.1$/);

    const channels = await ask(lab, "GET", "/channels");
    expect(channels.body).to.have.nested.property(
      "[0].dialplan.app_data",
      "phone-proxy,in,79580000001,79580000001,,trunk-in,,79995550000,,",
    );
    expect(channels.body).to.have.nested.property("[0].caller.number", callerNumber);
    await ask(lab, "POST", "/bridges/b1", { type: "mixing" });
    await ask(lab, "POST", "/bridges/b1/addChannel", { channel: call.id });
    expect((await ask(lab, "GET", "/bridges")).body).to.have.deep.nested.property("[0].channels", [call.id]);
  });

  it("reject a name that is taken", async () => {
    expect((await create(lab, call)).status).to.equal(200);
    expect(await create(lab, call)).to.include({ status: 409 });
    expect((await ask(lab, "POST", "/bridges/b1")).status).to.equal(200);
    expect((await ask(lab, "POST", "/bridges/b1")).status).to.equal(409);
    expect((await ask(lab, "POST", "/bridges", { bridgeId: "b1" })).status).to.equal(409);
  });

  it("reject an unreachable trunk with the same error as everything that cannot be created", async () => {
    lab.asterisk.trunk("trunk-out", { reachable: false });
    const refused = await create(lab, call);
    expect(refused.status).to.equal(500);
    expect(refused.message).to.include("Allocation failed");
    expect((await create(lab, call, { endpoint: "PJSIP/1@nowhere" })).status).to.equal(500);
    expect((await create(lab, call, { endpoint: "nonsense" })).status).to.equal(400);
    expect((await create(lab, call, { channelId: "x".repeat(150) })).status).to.equal(500);
  });

  it("distinguish a channel that is gone from one that is not in Stasis yet", async () => {
    const slow = await aLab({ timing: { threadMs: 50 }, races: false });
    const waiting = await aWaitingCall(slow);
    await ask(slow, "POST", "/bridges/b1");
    expect((await create(slow, waiting)).status).to.equal(200);
    const callee = `${waiting.id}.callee`;
    const add = async (channel: string): Promise<number> =>
      (await ask(slow, "POST", "/bridges/b1/addChannel", { channel })).status;

    expect(await add(callee)).to.equal(422);
    expect((await ask(slow, "POST", `/channels/${callee}/dial`)).status).to.equal(409);
    expect(await add("nobody")).to.equal(400);
    expect((await ask(slow, "POST", "/channels/nobody/dial")).status).to.equal(404);
    expect((await ask(slow, "DELETE", "/channels/nobody")).status).to.equal(404);
    expect((await ask(slow, "POST", "/bridges/none/addChannel", { channel: callee })).status).to.equal(404);
    expect((await ask(slow, "DELETE", "/bridges/none")).status).to.equal(404);

    await slow.clock.runUntil(() => waiting.steps.includes("calleeInStasis"));
    expect(await add(callee)).to.equal(204);
    expect((await ask(slow, "POST", `/channels/${callee}/answer`)).status).to.equal(412);
  });

  it("let StasisStart of a created channel overtake the response, or follow it", async () => {
    const orders = new Set<string>();
    for (let index = 0; index < 20; index++) {
      const waiting = await aWaitingCall(lab);
      const callee = `${waiting.id}.callee`;
      const order: string[] = [];
      lab.ari.listen({
        connected: () => undefined,
        disconnected: () => undefined,
        event: (event) => {
          if (event.type === "StasisStart" && event.channel.id === callee) order.push(event.type);
        },
      });
      const query = { endpoint: `PJSIP/${realNumber}@trunk-out`, app: "phone-proxy", channelId: callee };
      const answered = lab.ari.request({ method: "POST", path: "/channels/create", query });
      void answered.then(() => order.push("response"));
      await lab.clock.advance(1);
      orders.add(order.join(", "));
    }
    expect([...orders]).to.have.members(["response, StasisStart", "StasisStart, response"]);
  });

  it("originate a leg that enters Stasis when it is answered", async () => {
    const query = {
      endpoint: `PJSIP/${realNumberOf("answersThenHangsUp")}@trunk-out`,
      app: "phone-proxy",
      appArgs: "dialed",
      callerId: "79580000001",
      originator: call.id,
    };
    expect((await ask(lab, "POST", "/channels/leg", query)).status).to.equal(200);
    expect((await ask(lab, "POST", "/channels/leg", query)).status).to.equal(409);
    await lab.clock.advance(5_000);
    expect(typesOf(lab.events, "leg").filter((type) => type !== "ChannelStateChange")).to.deep.equal([
      "Dial",
      "Dial",
      "Dial",
      "ChannelDialplan",
      "StasisStart",
      "ChannelHangupRequest",
      "StasisEnd",
      "ChannelDestroyed",
    ]);
  });

  it("dial only once, and never an inbound channel", async () => {
    await create(lab, call);
    const dial = async (id: string): Promise<number> =>
      (await ask(lab, "POST", `/channels/${id}/dial`)).status;
    expect(await dial(`${call.id}.callee`)).to.equal(204);
    await lab.clock.advance(10);
    expect(await dial(`${call.id}.callee`)).to.equal(409);
    expect(await dial(call.id)).to.equal(409);
  });

  it("send the caller the SIP code of the cause, by number or by name", async () => {
    const seen = async (query: Record<string, string | number>): Promise<number[]> => {
      const waiting = await aWaitingCall(lab);
      await ask(lab, "DELETE", `/channels/${waiting.id}`, query);
      await lab.clock.advance(10);
      return waiting.callerSaw;
    };
    expect(await seen({ reason_code: 17 })).to.deep.equal([486]);
    expect(await seen({ reason_code: 1 })).to.deep.equal([404]);
    expect(await seen({ reason_code: 22 })).to.deep.equal([410]);
    expect(await seen({ reason_code: 34 })).to.deep.equal([503]);
    expect(await seen({ reason: "no_answer" })).to.deep.equal([480]);
    expect(await seen({ reason: "rejected" })).to.deep.equal([403]);
    expect(await seen({})).to.deep.equal([603]);
    expect((await ask(lab, "DELETE", `/channels/${call.id}`, { reason: "because" })).status).to.equal(400);
    const both = { reason: "busy", reason_code: 17 };
    expect((await ask(lab, "DELETE", `/channels/${call.id}`, both)).status).to.equal(400);
  });

  it("play to an unanswered caller as early media", async () => {
    const media = { media: "sound:beep" };
    expect((await ask(lab, "POST", `/channels/${call.id}/play/p1`, media)).body).to.deep.include({
      id: "p1",
      state: "queued",
    });
    await lab.clock.advance(10);
    expect(call.callerSaw).to.deep.equal([183]);
    expect((await ask(lab, "GET", "/playbacks/p1")).body).to.deep.include({ state: "playing" });
    await lab.clock.advance(1_000);
    expect(typesOf(lab.events).slice(1)).to.deep.equal(["PlaybackStarted", "PlaybackFinished"]);
    expect((await ask(lab, "GET", "/playbacks/p1")).status).to.equal(404);
  });

  it("report a failed playback if the file is missing or the caller hangs up", async () => {
    const stateOf = async (missing: boolean, hangsUp: boolean): Promise<unknown> => {
      const other = await aLab({ mediaMs: missing ? () => null : 5_000 });
      const waiting = await aWaitingCall(other);
      await ask(other, "POST", `/channels/${waiting.id}/play/p1`, { media: "sound:beep" });
      await other.clock.advance(1_000);
      if (hangsUp) waiting.hangUp();
      await other.clock.advance(10_000);
      const finished = other.events.find((event) => event.type === "PlaybackFinished");
      return finished?.type === "PlaybackFinished" && finished.playback.state;
    };
    expect(await stateOf(false, false)).to.equal("done");
    expect(await stateOf(true, false)).to.equal("failed");
    expect(await stateOf(false, true)).to.equal("failed");
  });

  it("answer a caller once the channel's thread has finished playing", async () => {
    await ask(lab, "POST", `/channels/${call.id}/play/p1`, { media: "sound:beep" });
    await lab.clock.advance(10);
    let answered = false;
    const request = { method: "POST", path: `/channels/${call.id}/answer` } as const;
    void lab.ari.request(request).then(() => (answered = true));
    await lab.clock.advance(500);
    expect([answered, call.answeredAtMs]).to.deep.equal([false, null]);
    await lab.clock.advance(500);
    expect(answered).to.equal(true);
    expect(call.callerSaw).to.deep.equal([183, 200]);
  });

  it("reject what the channel's thread can no longer do", async () => {
    const slow = await aLab({ timing: { threadMs: 50 } });
    const waiting = await aWaitingCall(slow);
    await ask(slow, "POST", "/bridges/b1");
    waiting.hangUp();
    const added = ask(slow, "POST", "/bridges/b1/addChannel", { channel: waiting.id });
    expect((await added).status).to.equal(204);
    expect(slow.asterisk.bridges[0]?.channels).to.deep.equal([]);

    const next = await aWaitingCall(slow);
    next.hangUp();
    expect((await ask(slow, "POST", `/channels/${next.id}/answer`)).status).to.equal(500);
  });

  it("keep variables, and add configured ones to every event", async () => {
    const path = `/channels/${call.id}/variable`;
    expect((await ask(lab, "GET", path, { variable: "COLOUR" })).status).to.equal(404);
    await ask(lab, "POST", path, { variable: "COLOUR", value: "7", report_events: true });
    expect((await ask(lab, "GET", path, { variable: "COLOUR" })).body).to.deep.equal({ value: "7" });
    expect((await ask(lab, "GET", path, { variable: "CALLERID(num)" })).body).to.deep.equal({
      value: callerNumber,
    });
    expect((await ask(lab, "GET", path, { variable: "NOSUCH(x)" })).status).to.equal(500);
    expect((await ask(lab, "POST", path, { variable: "NOSUCH(x)", value: "1" })).status).to.equal(400);
    expect((await ask(lab, "GET", `/channels/${call.id}`)).body).to.have.deep.property("channelvars", {
      COLOUR: "7",
    });
  });

  it("leave a destroyed bridge to the threads of its channels", async () => {
    const slow = await aLab({ timing: { threadMs: 50 } });
    const waiting = await aWaitingCall(slow);
    await ask(slow, "POST", "/bridges/b1");
    await ask(slow, "POST", "/bridges/b1/addChannel", { channel: waiting.id });
    expect((await ask(slow, "DELETE", "/bridges/b1")).status).to.equal(204);
    expect((await ask(slow, "DELETE", "/bridges/b1")).status).to.equal(409);
    expect((await ask(slow, "POST", "/bridges/b1")).status).to.equal(409);
    await slow.clock.advance(100);
    expect((await ask(slow, "DELETE", "/bridges/b1")).status).to.equal(404);
    expect(typesOf(slow.events)).to.include.members(["ChannelLeftBridge", "BridgeDestroyed"]);
    expect(waiting.ended).to.equal(false);
  });

  it("run commands of one lane in order, one at a time, and lanes in parallel", async () => {
    lab.asterisk.faults.slowMs = 100;
    const done: string[] = [];
    const make = (path: string, lane: string): void => {
      void lab.ari.request({ method: "POST", path }, { lane }).then(() => done.push(path));
    };
    make("/bridges/1", "a");
    make("/bridges/2", "a");
    make("/bridges/3", "b");
    await lab.clock.advance(100);
    expect(done).to.have.members(["/bridges/1", "/bridges/3"]);
    await lab.clock.advance(100);
    expect(done.at(-1)).to.equal("/bridges/2");
  });
});
