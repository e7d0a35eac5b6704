import { expect } from "chai";
import { AriError, isGone, refusal } from "../../../src/ari/errors.ts";
import { inWords } from "../../../src/ari/remedies.ts";

const address = {
  name: "asterisk-1",
  url: "http://user:hidden@pbx.example:8088",
  username: "controller",
  password: "hidden",
  application: "masking",
};

describe("An error of the ARI client", () => {
  it("names the request without its query, endpoints, devices, and mailboxes", () => {
    const asked = (path: string) => String(refusal("GET", path, 404, ""));
    expect(asked("/channels/1732.5/variable?variable=CALLERID(num)")).to.equal(
      "AriError: GET /channels/1732.5/variable: Asterisk answered 404",
    );
    for (const path of [
      "/endpoints/PJSIP/79001112233",
      "/deviceStates/x79001112233",
      "/mailboxes/79001112233@a",
    ]) {
      expect(asked(path)).not.to.contain("79001112233");
    }
  });

  it("includes Asterisk's reason, whatever its format", () => {
    const words = (body: string) => refusal("GET", "/x", 500, body).message;
    expect(words('{"message":"Channel not found"}')).to.contain("500, Channel not found");
    expect(words('{"error":"Allocation failed"}')).to.contain("500, Allocation failed");
    for (const body of ["", "<html>", "null", "7", '{"message":7}']) {
      expect(words(body)).to.equal("GET /x: Asterisk answered 500");
    }
  });

  it("is distinguished by its status, and from other errors", () => {
    expect(isGone(new AriError("ARI_HTTP", "", { status: 404 }))).to.equal(true);
    expect(isGone(new AriError("ARI_TIMEOUT", ""))).to.equal(false);
    expect(isGone(Object.assign(new Error("not ours"), { status: 404 }))).to.equal(false);
  });

  it("has a remedy for each way in which connecting fails, and never contains a password", () => {
    const status = (code: number) => inWords(new AriError("ARI_HTTP", "refused", { status: code }), address);
    const failed = (code: string) =>
      inWords(
        new AriError("ARI_DISCONNECTED", "x", { cause: Object.assign(new Error("x"), { code }) }),
        address,
      );
    const expectations: readonly (readonly [string, string])[] = [
      [status(401), "ari.conf"],
      [status(403), "read_only=no"],
      [status(404), "res_ari"],
      [status(500), '"masking"'],
      [status(503), "starting"],
      [status(418), "refused"],
      [failed("ECONNREFUSED"), "http.conf"],
      [failed("ENOTFOUND"), "host name"],
      [failed("EHOSTUNREACH"), "firewalls"],
      [failed("ECONNRESET"), "sessionlimit"],
      [failed("EPROTO"), "TLS"],
      [failed("EOTHER"), "x"],
      [inWords(new AriError("ARI_TIMEOUT", "no answer in time"), address), "overloaded"],
      [inWords(new Error("a bug"), address), "a bug"],
    ];
    for (const [words, expected] of expectations) {
      expect(words).to.contain("asterisk-1 (http://pbx.example:8088)").and.to.contain(expected);
      expect(words).not.to.contain("hidden");
    }
  });
});
