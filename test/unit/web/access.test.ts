import { expect } from "chai";
import { browserOf } from "../../../web/src/format/browser.ts";
import { addressOf, filterOf, noFilter, queryOf } from "../../../web/src/pages/admin/auditFilter.ts";
import { expiryOf, keyState } from "../../../web/src/pages/admin/keyExpiry.ts";

const now = new Date("2026-11-25T12:00:00Z");

describe("the pages about access", () => {
  it("name a browser by its common name, not those of its ancestors", () => {
    const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
    expect(browserOf(`${windows} Chrome/130.0.0.0 Safari/537.36`)).to.deep.equal({
      browser: "Chrome",
      system: "Windows",
    });
    expect(browserOf(`${windows} Chrome/130.0.0.0 YaBrowser/24.10 Safari/537.36`).browser).to.equal("Yandex");
    expect(browserOf(`${windows} Chrome/130.0.0.0 Safari/537.36 Edg/130.0`).browser).to.equal("Edge");
    expect(browserOf("curl/8.5.0")).to.deep.equal({ browser: null, system: null });
  });

  it("keep the filter of the audit log in the URL, and drop invalid parts", () => {
    const filter = { ...noFilter, action: "sign-in", userId: 3, period: "week" } as const;
    const address = addressOf(filter);
    expect(address).to.equal("/app/admin/audit?action=sign-in&user=3&period=week");
    expect(filterOf(new URLSearchParams(address.split("?")[1]))).to.deep.equal(filter);
    expect(filterOf(new URLSearchParams("action=x&user=-1&period=y&from=z"))).to.deep.equal(noFilter);
  });

  it("query the audit log for the chosen range, open at either end", () => {
    const from = "2026-11-01T00:00:00.000Z";
    expect(queryOf({ ...noFilter, period: "span", from }, now)).to.deep.equal({ from });
    expect(queryOf(noFilter, now)).to.deep.equal({});
    const today = queryOf({ ...noFilter, period: "today" }, now);
    expect(new Date(today.from ?? "").getTime()).to.be.within(now.getTime() - 86_400_000, now.getTime());
  });

  it("give a key the chosen expiry, and distinguish expired from revoked keys", () => {
    expect(expiryOf("never", "", now)).to.equal(null);
    expect(expiryOf("d30", "", now)?.slice(0, 10)).to.equal("2026-12-25");
    const expiresAt = "2026-11-25T11:59:59Z";
    expect(keyState({ expiresAt, revokedAt: null }, now)).to.equal("expired");
    expect(keyState({ expiresAt, revokedAt: expiresAt }, now)).to.equal("revoked");
    expect(keyState({ expiresAt: null, revokedAt: null }, now)).to.equal("active");
  });
});
