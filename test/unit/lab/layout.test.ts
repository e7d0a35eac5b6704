import { expect } from "chai";
import { labLayout } from "../../../lab/layout.ts";

describe("The lab's layout", () => {
  it("is in the user's cache folder by default", () => {
    expect(labLayout({ XDG_CACHE_HOME: "/somewhere" }).directory).to.equal("/somewhere/phone-proxy/lab");
    expect(labLayout({ PHONE_PROXY_LAB_DIR: "/elsewhere" }).directory).to.equal("/elsewhere");
    expect(labLayout({ PHONE_PROXY_LAB_DIR: "/elsewhere" }).root).to.equal("/elsewhere/root");
  });

  it("takes each port from its own setting", () => {
    const moved = labLayout({ PHONE_PROXY_LAB_SIP_PORT: "25060", PHONE_PROXY_LAB_MYSQL_PORT: "" }).ports;
    const usual = labLayout({}).ports;
    expect(moved).to.deep.equal({ ...usual, sip: 25_060 });
    expect(new Set(Object.values(usual)).size).to.equal(Object.values(usual).length);
  });

  for (const bad of ["http", "80", "70000", "15060.5"])
    it(`rejects ${bad} as a port, naming the setting`, () => {
      expect(() => labLayout({ PHONE_PROXY_LAB_REDIS_PORT: bad })).to.throw(
        RangeError,
        /PHONE_PROXY_LAB_REDIS_PORT/u,
      );
    });
});
