import { expect } from "chai";
import type { BridgeAndDialOptions } from "../../../../lab/simulated/bridgeAndDial.ts";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { SimulatedCall } from "../../../../lab/simulated/index.ts";
import { aControlledLab, ask, aWaitingCall, aLab, callerNumber, proxyNumber } from "./fixtures.ts";

const realNumber = realNumberOf("answersThenHangsUp");

async function callWith(options: Partial<BridgeAndDialOptions>): Promise<SimulatedCall> {
  const lab = await aControlledLab(realNumber, {}, options);
  const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
  await lab.clock.runUntilIdle();
  return call;
}

describe("Numbers revealed through the simulated Asterisk", () => {
  it("none without settings on the leg", async () => {
    const call = await callWith({});
    expect(call.calleeSaw).to.include({ from: "anonymous", pai: null, rpid: null });
    expect(call.callerSawIdentities).to.deep.equal([]);
  });

  it("to the callee, by the connected line of its leg", async () => {
    const call = await callWith({
      variables: { "CONNECTEDLINE(num,i)": proxyNumber, "CONNECTEDLINE(num-pres,i)": "allowed" },
    });
    expect(call.calleeSaw).to.include({ from: proxyNumber, pai: proxyNumber, rpid: proxyNumber });
    expect(call.callerSawIdentities).to.deep.equal([]);
  });

  it("not to the callee, if the connected line is not to be presented", async () => {
    const call = await callWith({
      variables: { "CONNECTEDLINE(num,i)": proxyNumber, "CONNECTEDLINE(num-pres,i)": "prohib" },
    });
    expect(call.calleeSaw).to.include({ from: "anonymous", pai: null });
  });

  it("to the caller, if the leg has a caller ID, whatever is inhibited: a leak", async () => {
    const call = await callWith({ variables: { "CALLERID(num)": realNumber } });
    expect(call.calleeSaw).to.include({ from: "anonymous" });
    expect(call.callerSawIdentities).to.deep.equal([realNumber, realNumber]);
  });

  it("to the callee, if connected-line updates are not inhibited: a leak", async () => {
    const call = await callWith({ inhibitConnectedLineUpdates: false });
    expect(call.calleeSaw).to.include({ from: callerNumber, pai: callerNumber });
  });

  it("to the callee, if dial names the caller: a leak", async () => {
    const lab = await aLab();
    const call = await aWaitingCall(lab);
    const channelId = `${call.id}.callee`;
    await ask(lab, "POST", "/channels/create", {
      endpoint: `PJSIP/${realNumber}@trunk-out`,
      app: "phone-proxy",
      channelId,
      originator: call.id,
    });
    await lab.clock.runUntil(() => call.steps.includes("calleeInStasis"));
    await ask(lab, "POST", `/channels/${channelId}/dial`, { caller: call.id });
    await lab.clock.runUntil(() => call.calleeSaw !== null);

    expect(call.calleeSaw).to.include({ from: callerNumber, pai: callerNumber });
  });
});
