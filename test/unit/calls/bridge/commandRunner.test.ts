import { expect } from "chai";
import { AriError } from "../../../../src/ari/errors.ts";
import type { AriConnection, AriRequest, RequestOptions } from "../../../../src/ari/types.ts";
import { type AriCommand, CommandRunner, requestOf } from "../../../../src/calls/bridge/commandRunner.ts";
import type { CallEvent } from "../../../../src/calls/bridge/machine/call.ts";

const callId = "lab-1732330800.1";
const legs = {
  callId,
  callerChannel: "PJSIP/trunk-in-3-0000000a",
  calleeChannel: "PJSIP/trunk-out-7-0000000b",
};
const said = (command: AriCommand): AriRequest => requestOf(legs, command, "phone-proxy", "fallback");

describe("The Asterisk request for a command", () => {
  it("creates the callee's leg with the call's name and codecs, and the shown number in the connected line only", () => {
    const request = said({
      type: "createCalleeLeg",
      destination: "79001112233",
      trunk: "trunk-out",
      presentedNumber: "79580000001",
      lifetimeMs: 60_500,
      restartsDeadline: false,
    });
    expect(request.query).to.deep.equal({
      endpoint: "PJSIP/79001112233@trunk-out",
      app: "phone-proxy",
      appArgs: "out",
      channelId: `${callId}.callee`,
      originator: callId,
    });
    expect(request.body).to.deep.equal({
      variables: {
        "TIMEOUT(absolute)": "61",
        "CONNECTEDLINE(num,i)": "79580000001",
        "CONNECTEDLINE(num-pres,i)": "allowed",
        OTHER_LEG: "PJSIP/trunk-in-3-0000000a",
        "CHANNEL(hangup_handler_push)": "callee-ended,s,1",
      },
    });
  });

  it("contains no number for an anonymous leg", () => {
    const request = said({
      type: "createCalleeLeg",
      destination: "79001112233",
      trunk: "trunk-out",
      presentedNumber: null,
      lifetimeMs: 1_000,
      restartsDeadline: false,
    });
    expect(Object.keys((request.body as { variables: object }).variables)).to.deep.equal([
      "TIMEOUT(absolute)",
      "OTHER_LEG",
      "CHANNEL(hangup_handler_push)",
    ]);
  });

  it("keeps the parties from receiving each other's number when they are joined", () => {
    expect(said({ type: "joinLegs", legs: "both" }).query).to.deep.equal({
      channel: `${callId},${callId}.callee`,
      inhibitConnectedLineUpdates: true,
    });
  });

  it("contains the cause for the caller", () => {
    expect(said({ type: "hangUpCaller", cause: 17 })).to.deep.equal({
      method: "DELETE",
      path: "/channels/PJSIP%2Ftrunk-in-3-0000000a",
      query: { reason_code: "17" },
    });
  });

  it("hangs up by name, which Asterisk finds without a scan", () => {
    expect(said({ type: "hangUpCallee", cause: 16 }).path).to.equal("/channels/PJSIP%2Ftrunk-out-7-0000000b");
  });

  it("has Asterisk release the callee when the caller hangs up, without a variable of the caller's channel", () => {
    expect(said({ type: "linkLegs" })).to.deep.equal({
      method: "POST",
      path: "/asterisk/variable",
      body: {
        variable: "SHARED(OTHER_LEG,PJSIP/trunk-in-3-0000000a)",
        value: "PJSIP/trunk-out-7-0000000b",
      },
    });
  });

  it("begins and ends the caller's deadline through the callee's leg", () => {
    const { body } = said({
      type: "createCalleeLeg",
      destination: "79001112233",
      trunk: "trunk-out",
      presentedNumber: null,
      lifetimeMs: 1_000,
      restartsDeadline: true,
    });
    const variable = "MASTER_CHANNEL(TIMEOUT(absolute))";
    expect((body as { variables: object }).variables).to.include({ [variable]: "1" });
    expect(said({ type: "endDeadline" })).to.deep.equal({
      method: "POST",
      path: `/channels/${callId}.callee/variable`,
      query: { variable, value: "0" },
    });
  });

  it("lets the dialplan refuse the call", () => {
    expect(said({ type: "refuseCaller", extension: "loop*came_back*25***" }).query).to.deep.equal({
      context: "refuse",
      extension: "loop*came_back*25***",
      priority: 1,
    });
  });

  it("hands the call back to the dialplan's fallback", () => {
    expect(said({ type: "handBackCaller" }).query).to.deep.equal({
      context: "fallback",
      extension: "s",
      priority: 1,
    });
  });

  it("escapes foreign channel names in a path", () => {
    expect(
      requestOf({ ...legs, callId: "a/b?c" }, { type: "destroyBridge" }, "phone-proxy", "fallback").path,
    ).to.equal("/bridges/a%2Fb%3Fc.bridge");
  });
});

describe("The result of a command", () => {
  const refused = (status: number) => new AriError("ARI_HTTP", "refused", { status });

  /** Runs one command against an Asterisk that answers so, and returns what is reported of it. */
  const outcomeOf = async (command: AriCommand, answer: Promise<unknown>): Promise<CallEvent | null> => {
    const lanes: (string | undefined)[] = [];
    const ari = {
      application: "phone-proxy",
      request: (_request: AriRequest, options?: RequestOptions) => {
        lanes.push(options?.lane);
        return answer;
      },
    } as unknown as AriConnection;
    const runner = new CommandRunner(
      ari,
      () => 1_000,
      "fallback",
      () => undefined,
    );
    let reported: CallEvent | null = null;
    runner.run(legs, command, (event) => {
      reported = event;
    });
    await answer.catch(() => undefined);
    expect(lanes).to.deep.equal([callId]);
    return reported;
  };

  it("is not reported on success, except where no event reports it", async () => {
    expect(await outcomeOf({ type: "dialCallee", timeoutMs: 1_000 }, Promise.resolve())).to.equal(null);
    expect(await outcomeOf({ type: "joinLegs", legs: "both" }, Promise.resolve())).to.include({
      type: "legsJoined",
    });
    expect(await outcomeOf({ type: "destroyBridge" }, Promise.resolve())).to.include({
      type: "bridgeDestroyed",
    });
  });

  it("is success if what should be removed is already gone", async () => {
    const gone = () => Promise.reject(refused(404));
    expect(await outcomeOf({ type: "hangUpCaller", cause: 16 }, gone())).to.include({ type: "callerLeft" });
    expect(await outcomeOf({ type: "hangUpCallee", cause: 16 }, gone())).to.include({ type: "calleeLeft" });
    for (const command of [
      { type: "handBackCaller" },
      { type: "refuseCaller", extension: "overload**42***" },
    ] as const)
      expect(await outcomeOf(command, gone())).to.include({ type: "callerLeft" });
    expect(await outcomeOf({ type: "destroyBridge" }, gone())).to.include({ type: "bridgeDestroyed" });
  });

  for (const [words, error, failure] of [
    ["a lost race on 400, as for a channel that is just going", refused(400), "gone"],
    ["a lost race on 404", refused(404), "gone"],
    ["a lost race on 409", refused(409), "gone"],
    ["a lost race on 422", refused(422), "gone"],
    ["a refusal on 500", refused(500), "refused"],
    ["unknown without an answer", new AriError("ARI_TIMEOUT", "no answer in time"), "unknown"],
    ["disconnected without a connection", new AriError("ARI_DISCONNECTED", "no connection"), "disconnected"],
  ] as const)
    it(`is ${words}`, async () => {
      expect(await outcomeOf({ type: "joinLegs", legs: "both" }, Promise.reject(error))).to.deep.equal({
        type: "commandFailed",
        atMs: 1_000,
        command: "joinLegs",
        failure,
      });
    });
});
