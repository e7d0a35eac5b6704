import { expect } from "chai";
import { undoSteps } from "../../../../../src/numbers/mappings/rules/before.ts";

const row = (id: number, more: object = {}) => ({
  id,
  state: "active",
  label: null,
  reference: null,
  expiresAtMs: null,
  ...more,
});
const changedAtMs = 5;

describe("The undo of a bulk change", () => {
  it("gives each mapping the state it had, in one step for each", () => {
    const rows = [row(1), row(2, { state: "disabled" }), row(3), row(4, { state: "expired" })];
    expect(undoSteps(rows, { state: "disabled" }, changedAtMs)).to.deep.equal([
      { ids: [1, 3, 4], patch: { state: "active" }, changedAtMs },
      { ids: [2], patch: { state: "disabled" }, changedAtMs },
    ]);
  });

  it("restores only the fields that were changed", () => {
    const rows = [row(1, { label: "Ann", expiresAtMs: 7 }), row(2, { label: "Ann" }), row(3)];
    expect(undoSteps(rows, { label: "Bob" }, changedAtMs)).to.deep.equal([
      { ids: [1, 2], patch: { label: "Ann" }, changedAtMs },
      { ids: [3], patch: { label: null }, changedAtMs },
    ]);
    expect(undoSteps(rows.slice(0, 1), { expiresAtMs: null }, changedAtMs)).to.deep.equal([
      { ids: [1], patch: { state: "active", expiresAtMs: 7 }, changedAtMs },
    ]);
  });
});
