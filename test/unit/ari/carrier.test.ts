import { expect } from "chai";
import { createAriConnection } from "../../../src/ari/connection.ts";
import { carrierOf, isBoundedEvent, operationOf } from "../../../src/ari/carrier.ts";
import { ariEventTypes, ariOperations, type AriOperations } from "../../../src/ari/generated/models.ts";
import { eventsForCalls } from "../../../src/calls/ariFacts.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { silentLogger } from "../../support/silentLogger.ts";

type Name = keyof AriOperations;
const names = Object.keys(ariOperations) as Name[];
const byFrame = names.filter((name) => carrierOf(name) === "frame");

describe("The way of a request to Asterisk", () => {
  it("is HTTP for every operation whose answer holds a list, a set of names or a file, a new bridge apart", () => {
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

  it("is HTTP for a value of any length", () => {
    const variables = names.filter((name) => ariOperations[name].result === "Variable");
    expect(variables).to.include.members(["asterisk.getGlobalVar", "channels.getChannelVar"]);
    for (const name of variables) expect(carrierOf(name), name).to.equal("http");
  });

  it("is a frame for what answers nothing, or one channel or playback, and for nothing else that reads", () => {
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

  it("is HTTP for what Asterisk's description does not have", () => {
    expect(operationOf({ method: "GET", path: "/channels/1/future" })).to.equal(null);
    expect(operationOf({ method: "GET", path: "/" })).to.equal(null);
    expect(carrierOf(null)).to.equal("http");
  });

  it("is found for every operation from what is sent, with any names in its path", () => {
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
  it("has an upper size, or cannot be asked for", () => {
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

  it("has none when it lists channels or carries values of any length", () => {
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

  it("has one when calls need it", () => {
    for (const type of eventsForCalls) expect(isBoundedEvent(type), type).to.equal(true);
  });
});
