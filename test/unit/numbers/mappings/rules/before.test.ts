import { expect } from "chai";
import { undoSteps } from "../../../../../src/numbers/mappings/rules/before.ts";
import type { MappingPatch } from "../../../../../src/numbers/mappings/rules/patch.ts";
import { phone } from "../../../../support/numbers.ts";

const row = (id: number, more: object = {}) => ({
  id,
  state: "active",
  label: null,
  reference: null,
  expiresAtMs: null,
  callerIdPolicy: null,
  ...more,
});
const changedAtMs = 5;

describe("The undo of a bulk change", () => {
  const stepsOf = (rows: Parameters<typeof undoSteps>[0], patch: MappingPatch) =>
    undoSteps(rows, { kind: "change", patch }, changedAtMs);
  const back = (ids: readonly number[], patch: MappingPatch) => ({
    ids,
    undo: { kind: "change", patch },
    changedAtMs,
  });

  it("gives each mapping the state it had, in one step for each", () => {
    const rows = [row(1), row(2, { state: "disabled" }), row(3), row(4, { state: "expired" })];
    expect(stepsOf(rows, { state: "disabled" })).to.deep.equal([
      back([1, 3, 4], { state: "active" }),
      back([2], { state: "disabled" }),
    ]);
  });

  it("restores only the fields that were changed", () => {
    const rows = [row(1, { label: "Ann", expiresAtMs: 7 }), row(2, { label: "Ann" }), row(3)];
    expect(stepsOf(rows, { label: "Bob" })).to.deep.equal([
      back([1, 2], { label: "Ann" }),
      back([3], { label: null }),
    ]);
    expect(stepsOf(rows.slice(0, 1), { expiresAtMs: null })).to.deep.equal([
      back([1], { state: "active", expiresAtMs: 7 }),
    ]);
    const fixed = { kind: "fixed", number: phone("79580000001") } as const;
    const rowsOfPolicies = [row(1, { callerIdPolicy: fixed }), row(2)];
    expect(stepsOf(rowsOfPolicies, { callerIdPolicy: { kind: "proxy" } })).to.deep.equal([
      back([1], { callerIdPolicy: fixed }),
      back([2], { callerIdPolicy: null }),
    ]);
  });

  it("restores released mappings, if there are any", () => {
    const release = { kind: "release" } as const;
    expect(undoSteps([row(1), row(2, { state: "disabled" })], release, changedAtMs)).to.deep.equal([
      { ids: [1, 2], undo: { kind: "restore" }, changedAtMs },
    ]);
    expect(undoSteps([], release, changedAtMs)).to.deep.equal([]);
  });
});
