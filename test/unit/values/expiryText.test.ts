import { expect } from "chai";
import fc from "fast-check";
import { readExpiry } from "../../../src/imports/rows/expiryCell.ts";
import { expiryText, readExpiryText } from "../../../src/values/expiryText.ts";

/** In Cairo, Havana, and São Paulo, clocks skip or repeat midnight; on Lord Howe they change by half an hour. */
const zones = [
  "UTC",
  "Europe/Moscow",
  "Europe/Berlin",
  "America/New_York",
  "Africa/Cairo",
  "America/Havana",
  "America/Sao_Paulo",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
];
const zone = fc.constantFrom(...zones);
const dayMs = 86_400_000;
/** Whole days from 2010 to 2040. */
const date = fc
  .integer({ min: 14_610, max: 25_566 })
  .map((day) => new Date(day * dayMs).toISOString().slice(0, 10));

describe("An expiry as text", () => {
  it("is a date where it is the end of a day in the zone, and a time otherwise", () => {
    const cases: readonly (readonly [at: string, zone: string, text: string])[] = [
      ["2027-01-31T21:00:00.000Z", "Europe/Moscow", "2027-01-31"],
      ["2027-02-01T00:00:00.000Z", "UTC", "2027-01-31"],
      ["2027-02-01T00:00:00.000Z", "Europe/Moscow", "2027-02-01T00:00:00.000Z"],
      ["2027-01-31T21:00:00.001Z", "Europe/Moscow", "2027-01-31T21:00:00.001Z"],
      // On 26 April 2024, midnight in Cairo was followed by 01:00 at once.
      ["2024-04-25T22:00:00.000Z", "Africa/Cairo", "2024-04-25"],
      // On 3 November 2024, midnight in Havana came twice: the day ended with the first.
      ["2024-11-03T04:00:00.000Z", "America/Havana", "2024-11-02"],
      ["2024-11-03T05:00:00.000Z", "America/Havana", "2024-11-03T05:00:00.000Z"],
    ];
    for (const [at, name, text] of cases) expect(expiryText(Date.parse(at), name), at).to.equal(text);
  });

  it("of a date is that date again, read by the API or an import", () => {
    fc.assert(
      fc.property(date, zone, (text, name) => {
        // Samoa left out this day.
        fc.pre(name !== "Pacific/Apia" || text !== "2011-12-30");
        const atMs = readExpiryText(text, name);
        expect(readExpiry(text, name)).to.deep.equal({ ok: true, expiresAtMs: atMs });
        expect(expiryText(atMs, name)).to.equal(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives the same instant again, read by the API or an import", () => {
    const instant = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2040, 0, 1) });
    const hour = instant.map((atMs) => atMs - (atMs % 3_600_000));
    fc.assert(
      fc.property(fc.oneof(instant, hour), zone, (atMs, name) => {
        const text = expiryText(atMs, name);
        expect(readExpiryText(text, name)).to.equal(atMs);
        expect(readExpiry(text, name)).to.deep.equal({ ok: true, expiresAtMs: atMs });
      }),
      { numRuns: 2000 },
    );
  });
});
