import { expect } from "chai";
import fc from "fast-check";
import { merged } from "../../../../src/callLog/rules/merge.ts";
import { callRecord } from "../../../support/callRecords.ts";
import { twoDeliveries } from "../../../support/callAccounts.ts";

const controller = callRecord("a", {
  source: 1,
  node: "node-1",
  endedAtMs: 1_763_873_060_000,
  talkSeconds: 55,
  statusReason: "interrupted",
  endedBy: null,
  ringSeconds: 4,
  sipCode: null,
  timeline: [[0, "arrived", "lookingUp"]],
});
const line = callRecord("a", {
  source: 2,
  node: "",
  endedAtMs: 1_763_873_061_000,
  talkSeconds: 56,
  statusReason: "callee_hung_up",
  endedBy: "callee",
  ringSeconds: 5,
  sipCode: 200,
});
const guess = callRecord("a", {
  source: 0,
  node: "",
  status: "failed",
  statusReason: "asterisk_lost",
  endedAtMs: 1_763_874_000_000,
  outboundTrunk: "trunk-guessed",
});

describe("Two accounts of one call", () => {
  it("become one record: the end from Asterisk, the facts from the controller, completed by Asterisk", () => {
    for (const record of [merged(controller, line), merged(line, controller)])
      expect(record).to.deep.equal({
        ...line,
        ringSeconds: 4,
        timeline: controller.timeline,
        node: "node-1",
      });
  });

  it("ignore a guess, even a later one, once there is another account", () => {
    expect(merged(controller, guess)).to.deep.equal(controller);
    expect(merged(guess, controller)).to.deep.equal(controller);
    expect(merged(guess, line)).to.deep.equal(line);
  });

  it("accept any end of a call that was handed back, and keep what the controller saw before", () => {
    const handedBack = { ...controller, source: 0, status: "handed_back", realNumber: null } as const;
    expect(merged(handedBack, line)).to.include({
      status: "answered",
      node: "node-1",
      realNumber: "79001112233",
    });
    expect(merged(handedBack, guess)).to.include({ status: "failed", node: "node-1", realNumber: null });
  });

  it("give the same record in any order, repeated, and merged step by step", () => {
    fc.assert(
      fc.property(twoDeliveries, ([one, other]) => {
        const both = [one, other].map((delivery) =>
          delivery.map((step) => step.reduce(merged)).reduce(merged),
        );
        expect(both[0]).to.deep.equal(both[1]);
      }),
      { numRuns: 2_000 },
    );
  });
});
