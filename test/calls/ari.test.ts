import { expect } from "chai";
import { isConflict, isGone } from "../../src/ari/errors.ts";
import type { Bridge, Channel } from "../../src/ari/generated/models.ts";
import { operation } from "../../src/ari/operation.ts";
import type { AriAddress } from "../../src/ari/types.ts";
import { labOrSkip } from "../support/requirements.ts";
import { failureOf, open, closeAll } from "../unit/ari/support.ts";
import type { Watched } from "../unit/ari/support.ts";
import { until } from "../support/until.ts";

interface Application {
  readonly name: string;
  readonly events_allowed: readonly { readonly type: string }[];
}

/** Names that no other run of the tests uses. */
let serial = 0;
const fresh = (what: string): string => `${what}-${process.pid}-${Date.now()}-${(serial += 1)}`;

describe("The ARI client with a real Asterisk", function suite() {
  this.timeout(60_000);

  let address: AriAddress;

  before(async function prepare() {
    const { ari } = await labOrSkip(this);
    address = { name: "lab", application: "", ...ari };
  });
  afterEach(closeAll);

  const connect = async (
    changes: Parameters<typeof open>[1],
    application = fresh("ari-test"),
  ): Promise<Watched> => {
    const watched = open(
      { ...address, application },
      { events: ["StasisStart", "ChannelDestroyed"], ...changes },
    );
    await until(() => watched.connection.status.state === "connected");
    return watched;
  };

  for (const transport of ["websocket", "http"] as const) {
    describe(`over ${transport}`, () => {
      it("reads version and name, and sets the filter in Asterisk", async () => {
        const { connection } = await connect({ transport });
        expect(connection.status.transport).to.equal(transport);
        expect(connection.status.version).to.match(/^\d+\.\d+\.\d+/);
        expect(connection.status.systemName).to.be.a("string");
        const application = await connection.request<Application>(
          operation("applications.get", { applicationName: connection.application }),
        );
        expect(application.events_allowed.map(({ type }) => type)).to.have.members([
          "StasisStart",
          "ChannelDestroyed",
          "ApplicationReplaced",
          "RESTResponse",
        ]);
      });

      it("creates and removes a bridge with its own ID, and distinguishes gone from taken", async () => {
        const { connection } = await connect({ transport });
        const bridgeId = fresh("bridge/with a?strange&name");
        const lane = { lane: bridgeId };
        const make = operation("bridges.create", {}, { bridgeId, type: "mixing", name: 'Ä "quoted" & more' });
        const bridge = await connection.request<Bridge>(make, lane);
        expect(bridge).to.include({ id: bridgeId, name: 'Ä "quoted" & more', bridge_type: "mixing" });
        const remove = operation("bridges.destroy", { bridgeId });
        expect(await connection.request(remove, lane)).to.equal(undefined);
        const gone = await failureOf(connection.request(operation("bridges.get", { bridgeId: fresh("no") })));
        expect(isGone(gone)).to.equal(true);
        expect(String(gone)).to.contain("Bridge not found");
      });

      it("receives the events of a channel from start to end, and no others", async () => {
        const { connection, counts, events, history } = await connect({ transport });
        const channelId = fresh("leg");
        const lane = { lane: channelId };
        const { application: app } = connection;
        // Both ends of a Local channel, neither dialled: a channel that needs no phone.
        const make = operation(
          "channels.create",
          {},
          { endpoint: "Local/nobody@nowhere", app, appArgs: "one,two", channelId },
          { variables: { GREETING: "Grüße" } },
        );
        const channel = await connection.request<Channel>(make, lane);
        expect(channel.id).to.equal(channelId);
        expect(isConflict(await failureOf(connection.request(make, lane)))).to.equal(true);
        await until(() => events.length === 1);
        const variable = operation("channels.getChannelVar", { channelId }, { variable: "GREETING" });
        expect(await connection.request(variable)).to.deep.equal({ value: "Grüße" });
        await connection.request(operation("channels.hangup", { channelId }, { reason_code: "17" }), lane);
        await until(() => events.length === 2);
        expect(history).to.deep.equal(["connected", "StasisStart", "ChannelDestroyed"]);
        const [started, destroyed] = events;
        expect(started).to.deep.include({ type: "StasisStart", application: app, args: ["one", "two"] });
        expect(destroyed).to.include({ type: "ChannelDestroyed", cause: 17 });
        // ChannelCreated, ChannelHangupRequest and StasisEnd were not even sent.
        expect(counts).to.deep.equal({});
      });

      it("keeps the order of requests in a lane", async () => {
        const { connection } = await connect({ transport });
        const bridgeIds = Array.from({ length: 20 }, () => fresh("bridge"));
        await Promise.all(
          bridgeIds.flatMap((bridgeId) =>
            [
              operation("bridges.create", {}, { bridgeId }),
              operation("bridges.clearVideoSource", { bridgeId }),
              operation("bridges.destroy", { bridgeId }),
            ].map((request) => connection.request(request, { lane: bridgeId })),
          ),
        );
        // Asterisk reports that it has removed a bridge a moment before the bridge is gone from the list.
        await until(async () => {
          const left = await connection.request<readonly Bridge[]>(operation("bridges.list", {}));
          return !left.some(({ id }) => bridgeIds.includes(id));
        });
      });
    });
  }

  it("takes over an application from another controller, which does not reconnect", async () => {
    const first = await connect({});
    const second = await connect({}, first.connection.application);
    await until(() => first.connection.status.state === "replaced");
    const channelId = fresh("leg");
    const { application: app } = second.connection;
    const endpoint = "Local/nobody@nowhere";
    await second.connection.request(operation("channels.create", {}, { endpoint, app, channelId }));
    await until(() => second.history.includes("StasisStart"));
    await second.connection.request(operation("channels.hangup", { channelId }));
    expect(first.history).to.deep.equal(["connected", "disconnected"]);
    expect(second.connection.status.state).to.equal("connected");
    first.connection.open();
    await until(() => second.connection.status.state === "replaced");
  });

  it("leaves no application in Asterisk", async () => {
    const observer = await connect({ transport: "http" });
    const { connection } = await connect({});
    const names = async (): Promise<string[]> => {
      const list = await observer.connection.request<readonly Application[]>(
        operation("applications.list", {}),
      );
      return list.map(({ name }) => name).filter((name) => name.includes(connection.application));
    };
    expect(await names()).to.have.length(5);
    await connection.close();
    // Asterisk releases an application once its thread has read the closing message.
    await until(async () => (await names()).length === 0);
  });

  it("explains a rejected password", async () => {
    const { connection } = open({ ...address, application: fresh("ari-test"), password: "wrong" });
    await until(() => connection.status.lastError !== null);
    expect(connection.status.lastError).to.contain("(401)").and.to.contain("ari.conf");
    expect(connection.status.state).to.equal("connecting");
  });
});
