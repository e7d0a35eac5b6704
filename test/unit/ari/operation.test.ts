import { expect } from "chai";
import { operation } from "../../../src/ari/operation.ts";

describe("An operation of Asterisk's description", () => {
  it("becomes a request, with the names in its path encoded", () => {
    expect(operation("channels.dial", { channelId: "a/b?c" }, { timeout: 30 })).to.deep.equal({
      method: "POST",
      path: "/channels/a%2Fb%3Fc/dial",
      query: { timeout: 30 },
    });
    expect(operation("bridges.destroy", { bridgeId: "1" })).to.deep.equal({
      method: "DELETE",
      path: "/bridges/1",
    });
  });
});
