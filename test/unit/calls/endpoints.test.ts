import { expect } from "chai";
import { endpointsIn } from "../../../src/calls/endpoints.ts";

const listed = (states: Readonly<Record<string, "online" | "offline">>) =>
  Object.entries(states).map(([resource, state]) => ({ resource, state }));

describe("The endpoints of an Asterisk", () => {
  it("are all that it lists, whether or not their provider can be reached", () => {
    const reached = { "trunk-in": "offline", "trunk-out": "online", "trunk-out-0": "online" } as const;
    const away = { "trunk-in": "offline", "trunk-out": "offline", "trunk-out-0": "offline" } as const;
    for (const states of [reached, away])
      expect([...endpointsIn(listed(states))]).to.deep.equal(["trunk-in", "trunk-out", "trunk-out-0"]);
  });

  it("are not those that were removed by a reload", () => {
    const states = { "trunk-out": "online", "trunk-out-0": "offline", "trunk-out-1": "offline" } as const;
    expect([...endpointsIn(listed(states))]).to.deep.equal(["trunk-out"]);
  });
});
