import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect } from "chai";
import { createClientAddress } from "../../../src/http/server/clientAddress.ts";

function requestFrom(remoteAddress: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: remoteAddress });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers["x-forwarded-for"] = forwarded;
  return request;
}

describe("The client's address", () => {
  const behindProxies = createClientAddress(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);

  it("is that of the socket without trusted proxies, whatever the client claims", () => {
    expect(createClientAddress([])(requestFrom("203.0.113.5", "198.51.100.1"))).to.equal("203.0.113.5");
    expect(behindProxies(requestFrom("203.0.113.5", "198.51.100.1"))).to.equal("203.0.113.5");
  });

  it("is what the trusted proxies report, through several of them", () => {
    expect(behindProxies(requestFrom("127.0.0.1", "198.51.100.1"))).to.equal("198.51.100.1");
    expect(behindProxies(requestFrom("::ffff:127.0.0.1", "198.51.100.1, 10.1.2.3"))).to.equal("198.51.100.1");
    expect(behindProxies(requestFrom("fd00::1", "2001:db8::7"))).to.equal("2001:db8::7");
  });

  it("is empty if the connection is gone", () => {
    const request = requestFrom("203.0.113.5");
    Object.defineProperty(request, "socket", { value: null });
    expect(behindProxies(request)).to.equal("");
  });

  it("ignores what a client put before the proxy's entry", () => {
    expect(behindProxies(requestFrom("127.0.0.1", "10.9.9.9, 198.51.100.1"))).to.equal("198.51.100.1");
    expect(behindProxies(requestFrom("127.0.0.1", "1.1.1.1, nonsense"))).to.equal("127.0.0.1");
    expect(behindProxies(requestFrom("127.0.0.1"))).to.equal("127.0.0.1");
  });
});
