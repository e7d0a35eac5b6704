import { expect } from "chai";
import fc from "fast-check";
import { readExpiry } from "../../../../src/imports/rows/expiryCell.ts";
import { isTimeZone, zonedTimeToUtcMs } from "../../../../src/values/zonedTime.ts";

function read(text: string, zone = "Europe/Moscow"): string {
  const result = readExpiry(text, zone);
  if (!result.ok) return result.code;
  return result.expiresAtMs === null ? "never" : new Date(result.expiresAtMs).toISOString();
}

describe("An expiry", () => {
  const cases: readonly (readonly [text: string, expected: string])[] = [
    ["2030-12-31", "2030-12-31T21:00:00.000Z"],
    ["31.12.2030", "2030-12-31T21:00:00.000Z"],
    ["1.2.2030", "2030-02-01T21:00:00.000Z"],
    ["01.02.2030", "2030-02-01T21:00:00.000Z"],
    ["2030/12/31", "2030-12-31T21:00:00.000Z"],
    ["2030.12.31", "2030-12-31T21:00:00.000Z"],
    ["29.02.2028", "2028-02-29T21:00:00.000Z"],
    ["2030-12-31T18:30", "2030-12-31T15:30:00.000Z"],
    ["2030-12-31 18:30:15", "2030-12-31T15:30:15.000Z"],
    ["31.12.2030, 18:30", "2030-12-31T15:30:00.000Z"],
    ["31.12.2030 9:05", "2030-12-31T06:05:00.000Z"],
    ["2030-12-31T18:30:00.5", "2030-12-31T15:30:00.500Z"],
    ["2030-12-31T18:30:00.123456Z", "2030-12-31T18:30:00.123Z"],
    ["2030-12-31T18:30:00+05:00", "2030-12-31T13:30:00.000Z"],
    ["2030-12-31T18:30:00-0330", "2030-12-31T22:00:00.000Z"],
    ["2030-12-31 18:30 +03", "2030-12-31T15:30:00.000Z"],
    ["31/12/2030", "2030-12-31T21:00:00.000Z"],
    ["12/31/2030", "2030-12-31T21:00:00.000Z"],
    ["05/05/2030", "2030-05-05T21:00:00.000Z"],
    ["31.12.2030 г.", "2030-12-31T21:00:00.000Z"],
    ["'31.12.2030", "2030-12-31T21:00:00.000Z"],
    ['="31.12.2030"', "2030-12-31T21:00:00.000Z"],
    ["г.", "EXPIRY_UNREADABLE"],
    ["0001-01-01 00:00:00.0000000", "never"],
    ["unbefristet", "never"],
    ["", "never"],
    [" ", "never"],
    ["-", "never"],
    ["—", "never"],
    ["Бессрочно", "never"],
    ["never", "never"],
    ["01/02/2030", "EXPIRY_AMBIGUOUS"],
    ["1-2-2030", "EXPIRY_AMBIGUOUS"],
    ["01.02.30", "EXPIRY_AMBIGUOUS"],
    ["31/12/30 10:00", "EXPIRY_AMBIGUOUS"],
    ["31.02.2030", "EXPIRY_UNREADABLE"],
    ["29.02.2030", "EXPIRY_UNREADABLE"],
    ["12.31.2030", "EXPIRY_UNREADABLE"],
    ["31.12/2030", "EXPIRY_UNREADABLE"],
    ["00.01.2030", "EXPIRY_UNREADABLE"],
    ["31.12.1999", "EXPIRY_UNREADABLE"],
    ["31.12.20300", "EXPIRY_UNREADABLE"],
    ["2030-12-31 24:00", "EXPIRY_UNREADABLE"],
    ["2030-12-31 18:60", "EXPIRY_UNREADABLE"],
    ["2030-12-31 18", "EXPIRY_UNREADABLE"],
    ["2030-12-31T18:00+15:00", "EXPIRY_UNREADABLE"],
    ["2030-12-31 завтра", "EXPIRY_UNREADABLE"],
    ["31 декабря 2030", "EXPIRY_UNREADABLE"],
    ["47848", "EXPIRY_UNREADABLE"],
    ["завтра", "EXPIRY_UNREADABLE"],
    ["79001112233", "EXPIRY_UNREADABLE"],
  ];
  for (const [text, expected] of cases) {
    it(`${JSON.stringify(text)} is ${expected}`, () => {
      expect(read(text)).to.equal(expected);
    });
  }

  it("given as a date is the end of that day, even if clocks change that night", () => {
    expect(read("2027-03-27", "Europe/Berlin")).to.equal("2027-03-27T23:00:00.000Z");
    expect(read("2027-03-28", "Europe/Berlin")).to.equal("2027-03-28T22:00:00.000Z");
    expect(read("2027-10-31", "Europe/Berlin")).to.equal("2027-10-31T23:00:00.000Z");
  });

  it("survives any text", () => {
    const character = fc.constantFrom(...Array.from("0123456789.-/: T+Z"));
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 30 }), (text) => {
        const result = readExpiry(text, "Asia/Yekaterinburg");
        if (result.ok && result.expiresAtMs !== null)
          expect(Number.isSafeInteger(result.expiresAtMs)).to.equal(true);
      }),
      { numRuns: 5000 },
    );
  });
});

/** The zone's local time, written as if it were UTC. The Swedish format is that of ISO 8601. */
function clockOf(instantMs: number, timeZone: string): number {
  return Date.parse(`${new Date(instantMs).toLocaleString("sv-SE", { timeZone }).replace(" ", "T")}Z`);
}

describe("A time in a zone", () => {
  const berlin = (text: string) =>
    new Date(zonedTimeToUtcMs(Date.parse(`${text}Z`), "Europe/Berlin")).toISOString();

  it("that clocks skip is moved after the gap, and one that occurs twice is the first", () => {
    expect(berlin("2027-03-28T01:59:59")).to.equal("2027-03-28T00:59:59.000Z");
    expect(berlin("2027-03-28T02:30:00")).to.equal("2027-03-28T01:30:00.000Z");
    expect(berlin("2027-03-28T03:00:00")).to.equal("2027-03-28T01:00:00.000Z");
    expect(berlin("2027-10-31T02:30:00")).to.equal("2027-10-31T00:30:00.000Z");
    expect(berlin("2027-10-31T03:00:00")).to.equal("2027-10-31T02:00:00.000Z");
  });

  it("converts back to the same local time, unless clocks skip it", () => {
    const zone = fc.constantFrom(
      "Europe/Moscow",
      "Europe/Berlin",
      "America/New_York",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
    );
    const wall = fc
      .integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) })
      .map((ms) => Math.floor(ms / 1000) * 1000);
    fc.assert(
      fc.property(zone, wall, (timeZone, wallMs) => {
        const instant = zonedTimeToUtcMs(wallMs, timeZone);
        if (clockOf(instant, timeZone) === wallMs) return;
        // Then it does not occur on that day.
        for (let quarter = -96; quarter <= 96; quarter += 1) {
          expect(clockOf(wallMs + quarter * 900_000, timeZone)).to.not.equal(wallMs);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("needs a zone that exists", () => {
    expect(isTimeZone("Europe/Moscow")).to.equal(true);
    expect(isTimeZone("UTC")).to.equal(true);
    expect(isTimeZone("Moscow")).to.equal(false);
  });
});
