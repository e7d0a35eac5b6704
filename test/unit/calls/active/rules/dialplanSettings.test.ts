import { expect } from "chai";
import {
  changedSettings,
  type DialplanSettings,
  dialplanValues,
  settingsText,
  waysOf,
} from "../../../../../src/calls/active/rules/dialplanSettings.ts";
import { countryPlan } from "../../../../../src/values/countryPlan.ts";
import { number } from "../../../../support/calls.ts";

const settings: DialplanSettings = {
  connect: "dial",
  ringTimeoutMs: 60_000,
  maxCallMs: 7_200_000,
  silentTrunkMs: 12_000,
  failOverCodes: [402, 407],
  trunks: [
    { name: "trunk-out", dialPrefix: "+", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } },
    {
      name: "second",
      dialPrefix: "",
      callerIdPrefix: "+",
      callerIdPolicy: { kind: "fixed", number: number("74950000000") },
    },
  ],
  inboundTrunks: [
    { name: "trunk-in", callerNumbers: "e164", did: "request", trustsCallers: true },
    { name: "other", callerNumbers: "national", did: "to", trustsCallers: false },
  ],
  announcements: {
    unknown: null,
    disabled: "sound:ss-noservice",
    expired: "sound:custom/gone,sound:vm-goodbye",
    failed: "sound:all-circuits-busy-now",
    own: null,
  },
  allowPremium: false,
  returnCallMs: 86_400_000,
  country: countryPlan("RU"),
};
const values = dialplanValues(settings, new Map([["trunk-out", 10]]));

describe("The settings of the dialplan", () => {
  it("say everything that the dialplan needs to connect calls as the application does", () => {
    expect(Object.fromEntries(values)).to.deep.equal({
      CONNECT: "dial",
      RING_SECONDS: "60",
      MAX_CALL_SECONDS: "7200",
      SILENT_SECONDS: "12",
      FAIL_OVER: "402-407",
      COUNTRY_CODE: "7",
      NATIONAL_PREFIXES: "8",
      NATIONAL_LENGTHS: "10",
      INTERNATIONAL_PREFIXES: "810-00",
      ALLOW_PREMIUM: "",
      ANNOUNCE_UNKNOWN: "",
      ANNOUNCE_DISABLED: "ss-noservice",
      ANNOUNCE_EXPIRED: "custom/gone&vm-goodbye",
      ANNOUNCE_FAILED: "all-circuits-busy-now",
      ANNOUNCE_OWN: "",
      RETURN_CALL_HOURS: "24",
      TRUNKS: "2",
      TRUSTED_TRUNKS: "trunk-in",
      TRUNK_1: "trunk-out",
      TRUNK_1_WAYS: "10",
      TRUNK_1_DIAL_PREFIX: "+",
      TRUNK_1_CALLER_PREFIX: "",
      TRUNK_1_SHOWS: "proxy",
      TRUNK_1_FIXED: "",
      TRUNK_2: "second",
      TRUNK_2_WAYS: "0",
      TRUNK_2_DIAL_PREFIX: "",
      TRUNK_2_CALLER_PREFIX: "+",
      TRUNK_2_SHOWS: "fixed",
      TRUNK_2_FIXED: "74950000000",
      "IN_trunk-in_CALLERS": "",
      "IN_trunk-in_DID": "",
      IN_other_CALLERS: "national",
      IN_other_DID: "to",
    });
  });

  it("are one text, and nothing has to be written again if Asterisk has it", () => {
    const text = settingsText(values);
    expect(text).to.match(/^CONNECT=dial\|RING_SECONDS=60\|MAX_CALL_SECONDS=7200\|.*\|IN_other_DID=to$/);
    expect(changedSettings(values, text)).to.deep.equal([]);
  });

  it("are written again if one differs, is missing, or should not be there", () => {
    const text = settingsText(values);
    expect(changedSettings(values, "")).to.have.length(values.size);
    expect(changedSettings(values, text.replace("RING_SECONDS=60", "RING_SECONDS=45"))).to.deep.equal([
      "RING_SECONDS",
    ]);
    expect(changedSettings(values, text.replace("|FAIL_OVER=402-407", ""))).to.deep.equal(["FAIL_OVER"]);
    expect(changedSettings(values, `${text}|TRUNK_3=third`)).to.deep.equal(["TRUNK_3"]);
  });

  it("are refused if the dialplan could not unpack them", () => {
    expect(() => settingsText(new Map([["TRUNK_1", "a|B=1"]]))).to.throw("TRUNK_1");
    expect(() => settingsText(new Map([["ANNOUNCE_UNKNOWN", "${EXTEN}"]]))).to.throw("ANNOUNCE_UNKNOWN");
    expect(() => settingsText(new Map([["ANNOUNCE_UNKNOWN", "a".repeat(3_500)]]))).to.throw(
      "3517 characters",
    );
  });

  it("count the endpoints of a split trunk", () => {
    const split = Array.from({ length: 12 }, (_, index) => `trunk-out-${index}`);
    expect(waysOf("trunk-out", new Set(split))).to.equal(10);
    expect(waysOf("trunk-out", new Set(["trunk-out", "trunk-in"]))).to.equal(0);
    expect(waysOf("trunk-out", new Set(["trunk-out-0", "trunk-out-1", "trunk-out-3"]))).to.equal(2);
  });
});
