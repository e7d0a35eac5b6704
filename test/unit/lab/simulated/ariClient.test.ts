import { createRequire } from "node:module";
import { expect } from "chai";
import { createSimulatedAsterisk, realNumberOf } from "../../../../lab/simulated/index.ts";
import type { SimulatedAsterisk } from "../../../../lab/simulated/index.ts";
import { callerNumber, proxyNumber } from "./fixtures.ts";

/** As much of ari-client 2.2.0 as the script uses; the library brings no types of its own. */
interface Resource {
  readonly id: string;
  on(event: string, listener: (event: { readonly cause?: number }, resource: Resource) => void): void;
  dial(options?: object): Promise<void>;
  hangup(options?: object): Promise<void>;
  addChannel(options: { readonly channel: readonly string[] }): Promise<void>;
  destroy(): Promise<void>;
}
interface Client {
  on(
    event: "StasisStart",
    listener: (event: { readonly args: readonly string[] }, channel: Resource) => void,
  ): void;
  start(application: string): Promise<void>;
  stop(): void;
  readonly channels: {
    create(options: object): Promise<Resource>;
    list(): Promise<Resource[]>;
  };
  readonly bridges: { create(options: object): Promise<Resource> };
  readonly asterisk: { getInfo(): Promise<{ readonly system: { readonly version: string } }> };
}
const ariClient = createRequire(import.meta.url)("ari-client") as {
  connect(url: string, username: string, password: string): Promise<Client>;
};

/** Bridge and dial as a user of ari-client writes it: it knows nothing of the simulator. */
async function runScript(client: Client, application: string, number: string): Promise<void> {
  const connect = async (caller: Resource): Promise<void> => {
    const bridge = await client.bridges.create({ type: "mixing" });
    const callee = await client.channels.create({
      endpoint: `PJSIP/${number}@trunk-out`,
      app: application,
      appArgs: "out",
      originator: caller.id,
    });
    caller.on("StasisEnd", () => void callee.hangup().catch(() => undefined));
    callee.on("ChannelDestroyed", ({ cause }) => {
      void caller.hangup({ reason_code: String(cause) }).catch(() => undefined);
      void bridge.destroy().catch(() => undefined);
    });
    callee.on(
      "StasisStart",
      () => void bridge.addChannel({ channel: [caller.id, callee.id] }).then(() => callee.dial()),
    );
  };
  client.on("StasisStart", ({ args }, channel) => {
    if (args[0] === "in") void connect(channel);
  });
  await client.start(application);
}

describe("ari-client, an independent client for the real Asterisk,", () => {
  let asterisk: SimulatedAsterisk;
  let client: Client;

  beforeEach(async () => {
    // Time for the script to listen to its channel before anything happens to it, as on a real machine.
    asterisk = await createSimulatedAsterisk({
      timing: { threadMs: 20, sipMs: 5 },
      globals: { CONNECT: "bridge", DEADLINE: "14700" },
    });
    client = await ariClient.connect(asterisk.url, "phone-proxy", "simulated");
  });

  afterEach(async () => {
    client.stop();
    await asterisk.close();
  });

  it("reads the simulator's API description and its version", async () => {
    await client.start("phone-proxy");
    expect((await client.asterisk.getInfo()).system.version).to.equal("22.10.1");
    expect(await client.channels.list()).to.deep.equal([]);
  });

  it("connects a call, and ends it when the callee hangs up", async () => {
    await runScript(client, "phone-proxy", realNumberOf("answersThenHangsUp"));
    const call = await asterisk.call({ from: callerNumber, to: proxyNumber }).whenEnded();

    expect(call.callerSaw).to.deep.equal([180, 200]);
    expect(call.callerGotBye).to.equal(true);
    expect(call.legs[0]?.got).to.deep.equal(["INVITE", "ACK"]);
  });

  it("gives the caller 486 if the callee is busy", async () => {
    await runScript(client, "phone-proxy", realNumberOf("busy"));
    const call = await asterisk.call({ from: callerNumber, to: proxyNumber }).whenEnded();
    expect(call.callerSaw).to.deep.equal([486]);
  });

  it("takes down the callee's leg when the caller hangs up", async () => {
    await runScript(client, "phone-proxy", realNumberOf("ringsForEver"));
    const call = asterisk.call({ from: callerNumber, to: proxyNumber, caller: { hangsUp: { on: 180 } } });
    await call.whenEnded();
    await call.legs[0]?.whenEnded();

    expect(call.callerSaw).to.deep.equal([180, 487]);
    expect(call.legs[0]?.got).to.deep.equal(["INVITE", "CANCEL"]);
  });
});
