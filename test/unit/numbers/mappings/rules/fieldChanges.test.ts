import { expect } from "chai";
import { fieldChanges } from "../../../../../src/numbers/mappings/rules/fieldChanges.ts";
import { phoneNumber } from "../../../../support/api.ts";

const nowMs = Date.UTC(2026, 10, 25);
const before = {
  state: "active",
  expiresAtMs: null,
  label: "Ann",
  reference: null,
  callerIdPolicy: null,
} as const;

describe("What a change makes of the fields of a mapping", () => {
  it("has the old and the new value of each field that differs", () => {
    const patch = { label: "Bob", reference: null, expiresAtMs: nowMs + 1_000 };
    expect(fieldChanges(before, patch, nowMs)).to.deep.equal([
      { field: "label", before: "Ann", after: "Bob" },
      { field: "expiresAt", before: null, after: "2026-11-25T00:00:01.000Z" },
    ]);
    expect(fieldChanges(before, { label: "Ann", state: "active" }, nowMs)).to.deep.equal([]);
  });

  it("includes a state that follows from an expiry in the past", () => {
    expect(fieldChanges(before, { expiresAtMs: nowMs - 1 }, nowMs)[0]).to.deep.equal({
      field: "state",
      before: "active",
      after: "expired",
    });
  });

  it("never has a number", () => {
    const callerIdPolicy = { kind: "fixed", number: phoneNumber("79001112233") } as const;
    expect(fieldChanges(before, { callerIdPolicy }, nowMs)).to.deep.equal([
      { field: "callerId", before: null, after: "fixed" },
    ]);
  });
});
