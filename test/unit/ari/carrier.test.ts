import { expect } from "chai";
import { createAriConnection } from "../../../src/ari/connection.ts";
import { carrierOf, isBoundedEvent, operationOf } from "../../../src/ari/carrier.ts";
import { ariEventTypes, ariOperations, type AriOperations } from "../../../src/ari/generated/models.ts";
import { eventsForCalls } from "../../../src/calls/bridge/facts.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { silentLogger } from "../../support/silentLogger.ts";

type Name = keyof AriOperations;
const names = Object.keys(ariOperations) as Name[];
const byFrame = names.filter((name) => carrierOf(name) === "frame");

describe("The transport of a request to Asterisk", () => {
  it("is HTTP for operations whose answer contains a list, a set of names, or a file, except a new bridge", () => {
    const open = names.filter((name) => ariOperations[name].open);
    expect(open).to.include.members([
      "channels.list",
      "bridges.list",
      "bridges.get",
      "endpoints.list",
      "endpoints.listByTech",
      "endpoints.get",
      "applications.list",
      "applications.get",
      "applications.subscribe",
      "applications.unsubscribe",
      "applications.filter",
      "deviceStates.list",
      "mailboxes.list",
      "channels.getChannelVars",
      "recordings.getStoredFile",
    ]);
    expect(open.filter((name) => carrierOf(name) === "frame")).to.have.members([
      "bridges.create",
      "bridges.createWithId",
    ]);
  });

  it("is HTTP for values of unbounded length", () => {
    const variables = names.filter((name) => ariOperations[name].result === "Variable");
    expect(variables).to.include.members(["asterisk.getGlobalVar", "channels.getChannelVar"]);
    for (const name of variables) expect(carrierOf(name), name).to.equal("http");
  });

  it("is a frame for empty answers, one channel, or one playback, and for no other read", () => {
    for (const name of names)
      if (ariOperations[name].result === "void") expect(carrierOf(name), name).to.equal("frame");
    expect(byFrame.filter((name) => ariOperations[name].method === "GET")).to.have.members([
      "asterisk.ping",
      "channels.get",
      "playbacks.get",
    ]);
    expect(new Set(byFrame.map((name) => ariOperations[name].result))).to.have.all.keys(
      "void",
      "AsteriskPing",
      "Bridge",
      "Channel",
      "Playback",
    );
  });

  it("is HTTP for operations missing from Asterisk's description", () => {
    expect(operationOf({ method: "GET", path: "/channels/1/future" })).to.equal(null);
    expect(operationOf({ method: "GET", path: "/" })).to.equal(null);
    expect(carrierOf(null)).to.equal("http");
  });

  it("is derived from the request itself, with any names in its path", () => {
    for (const name of names) {
      const { method, path } = ariOperations[name];
      const filled = path.replaceAll(/\{\w+\}/gu, "a%2Fb%3Fc");
      expect(operationOf({ method, path: filled }), name).to.equal(name);
      expect(operationOf({ method, path: filled.slice(1) }), name).to.equal(name);
      expect(operationOf({ method, path: `${filled}?app=a/b` }), name).to.equal(name);
    }
  });
});

describe("An event of Asterisk", () => {
  it("is bounded in size, or cannot be subscribed to", () => {
    for (const type of ariEventTypes) {
      const connect = () =>
        createAriConnection(
          { name: "a", url: "http://127.0.0.1:1", username: "u", password: "p", application: "a" },
          { events: [type], logger: silentLogger, clock: systemClock },
        );
      if (isBoundedEvent(type)) expect(connect, type).not.to.throw();
      else expect(connect, type).to.throw(RangeError, type);
    }
  });

  it("is unbounded if it lists channels or contains values of any length", () => {
    for (const type of [
      "EndpointStateChange",
      "PeerStatusChange",
      "ContactStatusChange",
      "BridgeMerged",
      "ChannelEnteredBridge",
      "ChannelUserevent",
      "ChannelVarset",
      "TextMessageReceived",
    ] as const)
      expect(isBoundedEvent(type), type).to.equal(false);
  });

  it("is bounded if calls need it", () => {
    for (const type of eventsForCalls) expect(isBoundedEvent(type), type).to.equal(true);
  });
});
