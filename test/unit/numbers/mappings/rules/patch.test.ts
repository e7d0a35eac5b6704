import { expect } from "chai";
import { changedFields, stateAfter } from "../../../../../src/numbers/mappings/rules/patch.ts";

const now = 1000;
const active = { state: "active", expiresAtMs: null } as const;

describe("What is kept of a change", () => {
  it("is the names that the API has, and no value", () => {
    const patch = { state: "disabled", expiresAtMs: now, label: "Secret", callerIdPolicy: null } as const;
    expect(changedFields(patch)).to.deep.equal(["state", "expiresAt", "label", "callerId"]);
    expect(changedFields({})).to.deep.equal([]);
  });
});

describe("The state of a mapping after a change", () => {
  it("stays where neither state nor expiry is changed", () => {
    expect(stateAfter({ state: "expired", expiresAtMs: null }, { label: "x" }, now)).to.equal("expired");
    expect(stateAfter(active, {}, now)).to.equal("active");
  });

  it("is disabled and enabled by a person", () => {
    expect(stateAfter(active, { state: "disabled" }, now)).to.equal("disabled");
    expect(stateAfter({ state: "disabled", expiresAtMs: null }, { state: "active" }, now)).to.equal("active");
    expect(stateAfter({ state: "disabled", expiresAtMs: null }, { expiresAtMs: 5 }, now)).to.equal(
      "disabled",
    );
  });

  it("is expired by its time, to the millisecond", () => {
    expect(stateAfter(active, { expiresAtMs: now }, now)).to.equal("expired");
    expect(stateAfter(active, { expiresAtMs: now + 1 }, now)).to.equal("active");
    expect(stateAfter({ state: "expired", expiresAtMs: 5 }, { expiresAtMs: null }, now)).to.equal("active");
    expect(stateAfter({ state: "disabled", expiresAtMs: 5 }, { state: "active" }, now)).to.equal("expired");
    expect(
      stateAfter({ state: "expired", expiresAtMs: 5 }, { state: "active", expiresAtMs: now + 1 }, now),
    ).to.equal("active");
  });
});
