import { expect } from "chai";
import fc from "fast-check";
import { networksOf, parseNetwork, visitorNetwork } from "../../../../src/access/networks.ts";
import { failedAgain, lockRule, oneFewer, slowedByMs } from "../../../../src/access/rules/lockout.ts";
import type { Failures } from "../../../../src/access/rules/lockout.ts";
import { maskNumber } from "../../../../src/values/masking.ts";
import { presentNumber } from "../../../../src/access/rules/present.ts";
import { isOwnPage, mayUpgrade } from "../../../../src/access/rules/origin.ts";
import { passwordFault } from "../../../../src/access/rules/password.ts";
import { openViewer, permissionsOf } from "../../../../src/access/rules/rights.ts";

describe("A masked number", () => {
  it("shows country, start, and end", () => {
    expect(maskNumber("79001112233")).to.equal("+7 900 ••• 22 33");
    expect(maskNumber("+79001112233")).to.equal("+7 900 ••• 22 33");
    expect(maskNumber("442071838750")).to.equal("+44 207 ••• 87 50");
    expect(maskNumber("3726123456")).to.equal("+372 61 ••• 56");
  });

  it("shows nothing of a text that is not a number", () => {
    expect(maskNumber("anna")).to.equal("•••");
    expect(maskNumber("")).to.equal("•••");
  });

  it("hides at least three digits, or everything after the country code", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{4,14}$/), (digits) => {
        const shown = maskNumber(digits).replaceAll(/\D/g, "");
        expect(digits.length - shown.length).to.be.at.least(Math.min(3, digits.length - 3));
        expect(digits.startsWith(maskNumber(digits).split("•")[0]?.replaceAll(/\D/g, "") ?? "")).to.equal(
          true,
        );
      }),
    );
  });

  it("is complete for viewers with permission", () => {
    const supervisor = { permissions: permissionsOf("supervisor") };
    expect(presentNumber("79001112233", { permissions: permissionsOf("operator") })).to.equal("79001112233");
    expect(presentNumber("79001112233", openViewer)).to.equal("79001112233");
    expect(presentNumber("79001112233", supervisor)).to.equal("+7 900 ••• 22 33");
  });
});

describe("A password", () => {
  const faults: Readonly<Record<string, string | null>> = {
    "short pass1": "too short",
    aaaaaaaaaaaaaa: "too uniform",
    abcdefghijklmn: "too uniform",
    "12345678901234": "too uniform",
    password12345678: "too common",
    Administrator2026: "too common",
    "qwertyuiop-2026": "too common",
    "anna-und-das-meer": "too like the name",
    "drei blaue Zitronen im Regal": null,
    "правильная лошадь батарея": null,
    "tR7#kQz!9vLm2": null,
  };
  for (const [password, fault] of Object.entries(faults)) {
    it(`${fault === null ? "is good" : `is ${fault}`}: ${password}`, () => {
      expect(passwordFault(password, "anna")).to.equal(fault);
    });
  }

  it("may be long, up to a limit", () => {
    const words = "Ein langer Satz mit vielen Wörtern. ";
    expect(passwordFault(words.repeat(5), "anna")).to.equal(null);
    expect(passwordFault(words.repeat(6), "anna")).to.equal("too long");
  });
});

describe("The lock after failures", () => {
  const after = (count: number, everyMs = 0): Failures | null => {
    let failures: Failures | null = null;
    for (let index = 0; index < count; index += 1)
      failures = failedAgain(failures, index * everyMs, lockRule);
    return failures;
  };

  it("starts after the free attempts, doubles, and is limited", () => {
    expect(after(4)?.lockedUntilMs).to.equal(0);
    expect([5, 6, 7].map((count) => after(count)?.lockedUntilMs)).to.deep.equal([30_000, 60_000, 120_000]);
    expect(after(500)?.lockedUntilMs).to.equal(3_600_000);
  });

  it("expires after a day without failures", () => {
    expect(after(4, 86_400_000)?.count).to.equal(1);
  });

  it("is lifted with the attempt that was none after all", () => {
    const locked = after(5);
    if (locked === null) throw new Error("There are no failures.");
    expect(oneFewer(locked)).to.deep.equal(after(4));
    expect(oneFewer({ count: 0, lastAtMs: 0, lockedUntilMs: 0 }).count).to.equal(0);
  });
});

describe("The wait after failures from all addresses", () => {
  it("starts after the free attempts, doubles, and is limited", () => {
    expect([1, 20, 21, 22, 23].map(slowedByMs)).to.deep.equal([0, 0, 250, 500, 1000]);
    expect(slowedByMs(1_000_000)).to.equal(4000);
  });
});

describe("The check for our own pages", () => {
  const own = {
    origin: "https://phones.example.com",
    fetchSite: "same-origin",
    host: "phones.example.com",
    publicUrl: null,
  };

  it("accepts our origin, or the browser's word for it", () => {
    expect(isOwnPage(own)).to.equal(true);
    expect(isOwnPage({ ...own, fetchSite: undefined })).to.equal(true);
    expect(isOwnPage({ ...own, origin: undefined })).to.equal(true);
    expect(isOwnPage({ ...own, host: "inner:8080", publicUrl: "https://phones.example.com" })).to.equal(true);
  });

  it("rejects missing and other values", () => {
    for (const foreign of [
      { origin: undefined, fetchSite: undefined },
      { origin: "https://evil.example" },
      { origin: "https://evil.example", fetchSite: undefined },
      { origin: "https://phones.example.com.evil.example", fetchSite: undefined },
      { origin: "https://phones.example.com:444", fetchSite: undefined },
      { origin: "null", fetchSite: undefined },
      { fetchSite: "cross-site" },
      { fetchSite: "same-site" },
      { fetchSite: "none" },
      { host: undefined },
      { host: "inner:8080" },
    ])
      expect(isOwnPage({ ...own, ...foreign }), JSON.stringify(foreign)).to.equal(false);
  });

  it("requires the origin for a WebSocket", () => {
    expect(mayUpgrade(own)).to.equal(true);
    expect(mayUpgrade({ ...own, origin: undefined })).to.equal(false);
  });
});

describe("Networks", () => {
  it("are normalized", () => {
    expect(parseNetwork(" 10.0.0.0/8 ")).to.equal("10.0.0.0/8");
    expect(parseNetwork("192.0.2.7/32")).to.equal("192.0.2.7");
    expect(parseNetwork("FD00::/8")).to.equal("fd00::/8");
    expect(parseNetwork("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(parseNetwork("::ffff:10.0.0.0/104")).to.equal("10.0.0.0/8");
    for (const wrong of [
      "",
      "10.0.0.0/33",
      "10.0.0/8",
      "fe80::1%eth0",
      "::/129",
      "1.2.3.4/8/8",
      "host",
      "1.2.3.4/",
    ])
      expect(parseNetwork(wrong), wrong).to.equal(null);
  });

  it("contain their addresses", () => {
    const networks = networksOf(["10.0.0.0/8", "192.0.2.7", "fd00::/8"]);
    expect(["10.1.2.3", "192.0.2.7", "fd12::1"].every((address) => networks.has(address))).to.equal(true);
    expect(["11.0.0.1", "192.0.2.8", "fe80::1", "", "nonsense"].some((one) => networks.has(one))).to.equal(
      false,
    );
  });

  it("of a client are its address, or the whole IPv6 prefix of a customer", () => {
    expect(visitorNetwork("192.0.2.7")).to.equal("192.0.2.7");
    expect(visitorNetwork("2001:db8:1:2:3:4:5:6")).to.equal("2001:db8:1:2::/64");
    expect(visitorNetwork("2001:db8:1:2::9")).to.equal("2001:db8:1:2::/64");
    expect(visitorNetwork("2001:0db8::1")).to.equal("2001:db8:0:0::/64");
    expect(visitorNetwork("::1")).to.equal("0:0:0:0::/64");
  });
});
