import { expect } from "chai";
import { changedFields, stateAfter } from "../../../../../src/numbers/mappings/rules/patch.ts";

const now = 1000;
const active = { state: "active", expiresAtMs: null } as const;

describe("The recorded change of a mapping", () => {
  it("contains the API's field names, and no values", () => {
    const patch = { state: "disabled", expiresAtMs: now, label: "Secret", callerIdPolicy: null } as const;
    expect(changedFields(patch)).to.deep.equal(["state", "expiresAt", "label", "callerId"]);
    expect(changedFields({})).to.deep.equal([]);
  });
});

describe("The state of a mapping after a change", () => {
  it("stays if neither state nor expiry changes", () => {
    expect(stateAfter({ state: "expired", expiresAtMs: null }, { label: "x" }, now)).to.equal("expired");
    expect(stateAfter(active, {}, now)).to.equal("active");
  });

  it("is disabled and enabled by users", () => {
    expect(stateAfter(active, { state: "disabled" }, now)).to.equal("disabled");
    expect(stateAfter({ state: "disabled", expiresAtMs: null }, { state: "active" }, now)).to.equal("active");
    expect(stateAfter({ state: "disabled", expiresAtMs: null }, { expiresAtMs: 5 }, now)).to.equal(
      "disabled",
    );
  });

  it("is expired at its time, to the millisecond", () => {
    expect(stateAfter(active, { expiresAtMs: now }, now)).to.equal("expired");
    expect(stateAfter(active, { expiresAtMs: now + 1 }, now)).to.equal("active");
    expect(stateAfter({ state: "expired", expiresAtMs: 5 }, { expiresAtMs: null }, now)).to.equal("active");
    expect(stateAfter({ state: "disabled", expiresAtMs: 5 }, { state: "active" }, now)).to.equal("expired");
    expect(
      stateAfter({ state: "expired", expiresAtMs: 5 }, { state: "active", expiresAtMs: now + 1 }, now),
    ).to.equal("active");
  });
});
