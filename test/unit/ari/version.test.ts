import { expect } from "chai";
import { firstSafeVersion, isBelow, parseVersion, transportFor } from "../../../src/ari/version.ts";

describe("A version of Asterisk", () => {
  it("is parsed from releases, packages, and certified builds", () => {
    expect(parseVersion("22.10.1")).to.deep.equal([22, 10, 1]);
    expect(parseVersion("22.10.1+dfsg+~cs6.17.60671434-1")).to.deep.equal([22, 10, 1]);
    expect(parseVersion("certified/20.7-cert3")).to.deep.equal([20, 7, 0]);
    expect(parseVersion("certified-22.8-cert1")).to.deep.equal([22, 8, 0]);
    expect(parseVersion("23.0.0-rc1")).to.deep.equal([23, 0, 0]);
  });

  it("is unknown for a build from a branch", () => {
    for (const text of ["", "GIT-master-1a2b3c", "UNKNOWN__and_probably_unsupported"]) {
      expect(parseVersion(text)).to.equal(null);
    }
  });

  it("counts as numbers, not as text", () => {
    for (const older of ["22.9.9", "22.10.0", "20.20.5", "21.11.0"]) {
      expect(isBelow(parseVersion(older) ?? firstSafeVersion, firstSafeVersion), older).to.equal(true);
    }
    for (const safe of ["22.10.1", "22.10.2", "22.11.0", "23.0.0", "100.0.0"]) {
      expect(isBelow(parseVersion(safe) ?? [0, 0, 0], firstSafeVersion), safe).to.equal(false);
    }
  });

  it("chooses REST over WebSocket where it is supported", () => {
    const chosen = (text: string): string => transportFor(text, "auto");
    for (const text of ["20.14.0", "20.15.2", "21.9.0", "22.4.0", "22.10.1", "23.0.0"])
      expect(chosen(text), text).to.equal("websocket");
    for (const text of ["18.26.0", "20.13.9", "20.7-cert3", "21.8.1", "22.3.0", "GIT-22-1a2b"])
      expect(chosen(text), text).to.equal("http");
  });

  it("is rejected if it cannot do what the settings want, or would reveal numbers", () => {
    expect(() => transportFor("22.3.0", "websocket")).to.throw(/does not support requests over WebSockets/);
    expect(() => transportFor("17.9.4", "auto")).to.throw(/would reveal each party's number/);
    expect(transportFor("GIT-22-1a2b", "websocket")).to.equal("websocket");
    expect(transportFor("22.10.1", "http")).to.equal("http");
  });
});
