import { expect } from "chai";
import { requestOf } from "../../../../src/calls/dial/commands.ts";
import { newCall } from "../../../../src/calls/dial/machine/newCall.ts";
import { anIncomingCall, callerChannel } from "../../../support/calls.ts";

describe("The request for a command of a call that Asterisk connects", () => {
  const call = newCall(anIncomingCall(), callerChannel);

  it("continues in the dialplan with the whole decision in one extension", () => {
    const command = {
      type: "proceed",
      context: "connect",
      extension: "79001112233*79580000001**1-d",
    } as const;
    expect(requestOf(call, command)).to.deep.equal({
      method: "POST",
      path: `/channels/${call.callId}/continue`,
      query: { context: "connect", extension: "79001112233*79580000001**1-d", priority: 1 },
    });
  });

  it("hangs up by name, which Asterisk finds without a scan, with a cause that no party sends", () => {
    expect(requestOf(call, { type: "hangUp" })).to.deep.equal({
      method: "DELETE",
      path: "/channels/PJSIP%2Ftrunk-in-0-00000001",
      query: { reason_code: "8" },
    });
  });
});
