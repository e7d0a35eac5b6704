import { expect } from "chai";
import { differencesOf, updateOf } from "../../../../src/imports/rows/differences.ts";
import type { ImportRow } from "../../../../src/imports/rows/row.ts";
import type { KnownMapping } from "../../../../src/values/mapping.ts";
import { phone } from "../../../support/numbers.ts";

const stored: KnownMapping = {
  id: 1,
  proxyNumber: phone("79580000001"),
  label: "Anna",
  reference: "A-1",
  expiresAtMs: 1000,
  poolName: "Main",
  callerIdPolicy: { kind: "proxy" },
};
const silent: ImportRow = {
  realNumber: phone("79001112233"),
  label: null,
  reference: null,
  expiresAtMs: null,
  pool: null,
  callerIdPolicy: null,
  proxyNumber: null,
};

describe("A row of a known number", () => {
  it("does not differ in what it does not say, or says as it is stored", () => {
    expect(differencesOf(silent, stored)).to.deep.equal([]);
    const same = {
      ...silent,
      label: "Anna",
      expiresAtMs: 1000,
      pool: "MAIN",
      proxyNumber: stored.proxyNumber,
    };
    expect(differencesOf({ ...same, callerIdPolicy: { kind: "proxy" } }, stored)).to.deep.equal([]);
    expect(differencesOf({ ...silent, neverExpires: true }, { ...stored, expiresAtMs: null })).to.deep.equal(
      [],
    );
  });

  it("differs in each field that says something else, with both values", () => {
    const row: ImportRow = {
      ...silent,
      label: "anna",
      reference: "A-2",
      neverExpires: true,
      pool: "Other",
      callerIdPolicy: { kind: "fixed", number: phone("79005550000") },
      proxyNumber: phone("79580000002"),
    };
    const differences = differencesOf(row, stored);
    expect(differences).to.deep.equal([
      { field: "label", ours: "Anna", file: "anna" },
      { field: "reference", ours: "A-1", file: "A-2" },
      { field: "expiry", ours: 1000, file: null },
      { field: "pool", ours: "Main", file: "Other" },
      { field: "callerIdPolicy", ours: "proxy", file: "fixed:79005550000" },
      { field: "proxyNumber", ours: "79580000001", file: "79580000002" },
    ]);
    expect(updateOf(differences, "file")).to.deep.equal({
      label: "anna",
      reference: "A-2",
      expiresAtMs: null,
    });
    expect(updateOf(differences, "ours")).to.deep.equal({
      label: "Anna",
      reference: "A-1",
      expiresAtMs: 1000,
    });
  });
});
