import { expect } from "chai";
import type { AriRequest, AriRequester } from "../../../../src/ari/types.ts";
import type { DialplanSettings } from "../../../../src/calls/active/rules/dialplanSettings.ts";
import { SettingsKeeper } from "../../../../src/calls/active/settingsKeeper.ts";
import { VirtualClock } from "../../../../lab/simulated/index.ts";
import { silentLogger } from "../../../support/silentLogger.ts";

const settings: DialplanSettings = {
  connect: "dial",
  ringTimeoutMs: 60_000,
  maxCallMs: 7_200_000,
  silentTrunkMs: 12_000,
  failOverCodes: [402, 407],
  trunks: [{ name: "trunk-out", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } }],
  inboundTrunks: [],
  allowPremium: false,
  returnCallMs: 86_400_000,
  announcements: { unknown: null, disabled: null, expired: null, failed: null, own: null },
  country: {
    countryCode: "7",
    nationalPrefixes: ["8"],
    nationalLengths: [10],
    internationalPrefixes: ["810", "00"],
    nationalFirst: true,
  },
};

/** Global variables, and two endpoints of one trunk. */
function installation() {
  const variables = new Map<string, string>();
  const clock = new VirtualClock();
  let requests = 0;
  const answer = ({ method, path, query, body }: AriRequest): unknown => {
    requests += 1;
    if (path.startsWith("/endpoints")) return [{ resource: "trunk-out-0" }, { resource: "trunk-out-1" }];
    if (method === "GET") return { value: variables.get(String(query?.["variable"])) ?? "" };
    const { variable, value } = body as { variable: string; value: string };
    variables.set(variable, value);
    return undefined;
  };
  const request = (async (asked: AriRequest) => answer(asked)) as AriRequester;
  return {
    variables,
    clock,
    requests: () => requests,
    keeper: (more: Partial<DialplanSettings> = {}) =>
      new SettingsKeeper({ request, settings: { ...settings, ...more }, clock, logger: silentLogger }),
  };
}

describe("The settings in Asterisk", () => {
  it("are written once, and marked as unread", async () => {
    const { variables, keeper } = installation();
    variables.set("PP_LOADED", "1");
    await keeper().write();
    expect(variables.get("PP_SETTINGS")).to.match(/^CONNECT=dial\|RING_SECONDS=60\|.*\|TRUNK_1_WAYS=2\|/);
    expect(variables.get("PP_LOADED")).to.equal("");
    variables.set("PP_LOADED", "1");
    await keeper().write();
    expect(variables.get("PP_LOADED")).to.equal("1");
  });

  it("are read again by the next call if a call was reading the earlier ones", async () => {
    const { variables, keeper } = installation();
    const active = keeper();
    await active.write();
    // A call that had begun to read them before.
    variables.set("PP_LOADED", "1");
    await active.haveRead();
    expect(variables.get("PP_LOADED")).to.equal("");
    variables.set("PP_LOADED", "1");
    await active.haveRead();
    expect(variables.get("PP_LOADED")).to.equal("1");
  });

  it("are only compared by a standby, which names those that differ from its own", async () => {
    const { variables, clock, keeper, requests } = installation();
    await keeper().write();
    const before = new Map(variables);
    const same = keeper();
    await same.compare();
    expect(same.differing).to.deep.equal([]);
    const other = keeper({ ringTimeoutMs: 30_000, connect: "bridge" });
    await other.compare();
    expect(other.differing).to.deep.equal(["CONNECT", "RING_SECONDS"]);
    expect(variables).to.deep.equal(before);

    const asked = requests();
    await other.compare();
    expect(requests(), "not each time").to.equal(asked);
    // Once active, its own are in use.
    await other.write();
    expect(other.differing).to.deep.equal([]);
    await clock.advance(60_000);
    await same.compare();
    expect(same.differing).to.deep.equal(["CONNECT", "RING_SECONDS"]);
  });
});
