import { expect } from "chai";
import { adopted } from "../../../../../src/calls/bridge/machine/adoption.ts";
import { startedAtMs } from "../../../../support/calls.ts";

const known = {
  callId: "1732330800.1",
  direction: "return",
  proxyNumber: "79580000001",
  realNumber: "79995550000",
  callerId: "79001112233",
  startedAtMs,
  answeredAtMs: startedAtMs + 5_000,
  inboundTrunk: "trunk-in",
  outboundTrunk: "trunk-out",
  asterisk: "asterisk-1",
} as const;

describe("An adopted call", () => {
  it("is what the spool knows of it, a return call as well", () => {
    const call = adopted({
      callId: known.callId,
      asterisk: known.asterisk,
      incoming: null,
      isHeld: true,
      known,
      hasRecord: false,
      trunk: "trunk-out",
      presentedNumber: null,
      dialledAtMs: null,
      atMs: startedAtMs + 60_000,
    });
    expect(call).to.include({
      state: "talking",
      direction: "return",
      proxyNumber: known.proxyNumber,
      realNumber: known.realNumber,
      callerNumber: known.callerId,
      answeredAtMs: known.answeredAtMs,
      atMs: startedAtMs,
    });
  });
});
