import { expect } from "chai";
import { parseTimestamp } from "../../../src/ari/timestamp.ts";

const utc = Date.UTC(2026, 10, 27, 6, 14, 15, 988);

describe("parseTimestamp()", () => {
  it("reads a timestamp in its zone", () => {
    for (const text of [
      "2026-11-27T06:14:15.988+0000",
      "2026-11-27T09:14:15.988+0300",
      "2026-11-27T11:44:15.988+0530",
      "2026-11-26T23:14:15.988-0700",
      "2026-11-27T06:14:15.988Z",
      "2026-11-27T09:14:15.988+03:00",
      "2026-11-27T06:14:15.988123+0000",
    ])
      expect(parseTimestamp(text), text).to.equal(utc);
    expect(parseTimestamp("2026-11-27T06:14:15+0000")).to.equal(utc - 988);
    expect(parseTimestamp("2024-02-29T00:00:00.000+0000")).to.equal(Date.UTC(2024, 1, 29));
  });

  it("reads later timestamps of a minute like the first one", () => {
    for (let ms = 0; ms < 180_000; ms += 7_919) {
      const atMs = utc + ms;
      const text = new Date(atMs + 10_800_000).toISOString().replace("Z", "+0300");
      expect(parseTimestamp(text), text).to.equal(atMs);
    }
  });

  it("rejects everything else", () => {
    // The minute is known by now.
    parseTimestamp("2026-11-27T06:14:15.988+0000");
    for (const text of [
      "",
      "2026-11-27",
      "2026-11-27T06:14:15.988",
      "2026-11-27 06:14:15.988+0000",
      "2026-11-27T06:14:61.988+0000",
      "2026-11-27T06:14:1x.988+0000",
      "2026-11-27T06:14:15,988+0000",
      "2026-11-27T06:60:15.988+0000",
      "2026-11-27T24:14:15.988+0000",
      "2026-02-30T06:14:15.988+0000",
      "2026-13-27T06:14:15.988+0000",
      "2026-00-27T06:14:15.988+0000",
      "2026-11-27T06:14:15.988+1500",
      "2026-11-27T06:14:15.988+0000 ",
      "Fri, 27 Nov 2026 06:14:15 GMT",
      utc,
      null,
      undefined,
      {},
    ])
      expect(parseTimestamp(text), JSON.stringify(text)).to.equal(null);
  });
});
