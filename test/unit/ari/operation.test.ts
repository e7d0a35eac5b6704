import { expect } from "chai";
import { operation } from "../../../src/ari/operation.ts";

describe("An operation of Asterisk's description", () => {
  it("becomes a request with encoded path parameters", () => {
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

  it("is rejected by the compiler where Asterisk would silently ignore a mistake", () => {
    // Each of these lines fails the type check as soon as it is no mistake any more.
    // @ts-expect-error the parameter is called inhibitConnectedLineUpdates
    operation("bridges.addChannel", { bridgeId: "1" }, { channel: "2", inhibitConnectedLine: true });
    // @ts-expect-error there is no such name in the path
    operation("channels.hangup", { id: "1" });
    // @ts-expect-error a number is asked for
    operation("channels.dial", { channelId: "1" }, { timeout: "30" });
    // @ts-expect-error there is no such operation
    expect(() => operation("channels.hangUp", { channelId: "1" })).to.throw();
  });
});
