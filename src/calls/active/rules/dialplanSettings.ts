import type { CountryPlan } from "../../../values/countryPlan.ts";
import type { Announcements } from "../../decision/policy.ts";
import type { CallerIdPolicy } from "../../../values/mapping.ts";

/** Settings that the dialplan needs to connect calls as this application does. Durations are milliseconds. */
export interface DialplanSettings {
  readonly connect: "dial" | "bridge";
  readonly ringTimeoutMs: number;
  readonly maxCallMs: number;
  readonly silentTrunkMs: number;
  /** SIP codes, besides 5xx, after which the next trunk is tried. */
  readonly failOverCodes: readonly number[];
  readonly trunks: readonly {
    readonly name: string;
    readonly dialPrefix: string;
    readonly callerIdPrefix: string;
    readonly callerIdPolicy: CallerIdPolicy;
  }[];
  readonly inboundTrunks: readonly InboundTrunk[];
  readonly announcements: Announcements;
  readonly returnCallMs: number;
  readonly country: CountryPlan;
  /** Premium-rate, shared-cost, and satellite numbers are dialled. */
  readonly allowPremium: boolean;
}

/** A trunk that calls come from. */
export interface InboundTrunk {
  /** The PJSIP endpoint, without the number of a split trunk. */
  readonly name: string;
  /** `e164`: numbers of callers begin with the country code, with or without a plus sign. `national`: as dialled in the country. */
  readonly callerNumbers: "e164" | "national";
  /** Where the provider puts the dialled number: in the Request-URI, or in one of these headers. */
  readonly did: "request" | "to" | "p-called-party-id";
  /** The provider guarantees the numbers of callers. */
  readonly trustsCallers: boolean;
}

/** Values by name, as `[settings]` in `asterisk/extensions.conf` unpacks them. */
type DialplanValues = ReadonlyMap<string, string>;

/** Asterisk substitutes variables in a buffer of 4,096 bytes. */
const longestText = 3_500;

/**
 * The settings under the dialplan's names.
 * @param ways how many endpoints each outbound trunk is split into; 0 or missing: it is whole.
 */
export function dialplanValues(
  settings: DialplanSettings,
  ways: ReadonlyMap<string, number>,
): DialplanValues {
  const { trunks, country, announcements } = settings;
  const values = new Map<string, string>([
    ["CONNECT", settings.connect],
    ["RING_SECONDS", seconds(settings.ringTimeoutMs)],
    ["MAX_CALL_SECONDS", seconds(settings.maxCallMs)],
    ["SILENT_SECONDS", seconds(settings.silentTrunkMs)],
    ["FAIL_OVER", settings.failOverCodes.join("-")],
    ["COUNTRY_CODE", country.countryCode],
    ["NATIONAL_PREFIXES", country.nationalPrefixes.join("-")],
    ["NATIONAL_LENGTHS", country.nationalLengths.join("-")],
    ["INTERNATIONAL_PREFIXES", country.internationalPrefixes.join("-")],
    ["ANNOUNCE_UNKNOWN", soundFiles(announcements.unknown)],
    ["ANNOUNCE_DISABLED", soundFiles(announcements.disabled)],
    ["ANNOUNCE_EXPIRED", soundFiles(announcements.expired)],
    ["ANNOUNCE_FAILED", soundFiles(announcements.failed)],
    ["ANNOUNCE_OWN", soundFiles(announcements.own)],
    ["RETURN_CALL_HOURS", String(settings.returnCallMs / 3_600_000)],
    ["ALLOW_PREMIUM", settings.allowPremium ? "1" : ""],
    ["TRUNKS", String(trunks.length)],
    ["TRUSTED_TRUNKS", trustedTrunks(settings.inboundTrunks).join("/")],
  ]);
  for (const [index, { name, dialPrefix, callerIdPrefix, callerIdPolicy }] of trunks.entries()) {
    const trunk = `TRUNK_${index + 1}`;
    values.set(trunk, name);
    values.set(`${trunk}_WAYS`, String(ways.get(name) ?? 0));
    values.set(`${trunk}_DIAL_PREFIX`, dialPrefix);
    values.set(`${trunk}_CALLER_PREFIX`, callerIdPrefix);
    values.set(`${trunk}_SHOWS`, callerIdPolicy.kind);
    values.set(`${trunk}_FIXED`, callerIdPolicy.kind === "fixed" ? callerIdPolicy.number : "");
  }
  // Empty for the usual trunk: the dialplan then has nothing to look up for each call.
  for (const { name, callerNumbers, did } of settings.inboundTrunks) {
    values.set(`IN_${name}_CALLERS`, callerNumbers === "e164" ? "" : callerNumbers);
    values.set(`IN_${name}_DID`, did === "request" ? "" : did);
  }
  return values;
}

/** The inbound trunks on which callers cannot forge their number. One that is not in the settings is not among them. */
export const trustedTrunks = (
  inboundTrunks: readonly Pick<InboundTrunk, "name" | "trustsCallers">[],
): readonly string[] => inboundTrunks.flatMap(({ name, trustsCallers }) => (trustsCallers ? [name] : []));

const seconds = (ms: number): string => String(Math.ceil(ms / 1000));

/** `sound:a,sound:b` as `Playback()` takes it: `a&b`. */
const soundFiles = (media: string | null): string =>
  media === null
    ? ""
    : media
        .split(",")
        .map((uri) => uri.replace(/^sound:/, ""))
        .join("&");

/** All values in one text, because Asterisk has to receive them at once. */
export function settingsText(values: DialplanValues): string {
  const text = [...values].map(([name, value]) => `${name}=${value}`).join("|");
  for (const [name, value] of values) {
    if (!/^[\w.+*#&/-]*$/.test(value))
      throw new Error(
        `The setting ${name} of the dialplan has a character that the dialplan cannot take over.`,
      );
  }
  if (text.length > longestText) {
    throw new Error(
      `The settings of the dialplan have ${text.length} characters and may have ${longestText}: shorten OUTBOUND_TRUNKS, INBOUND_TRUNKS, or the announcements.`,
    );
  }
  return text;
}

/** The names whose values differ from those in a text; removed names included. */
export function changedSettings(values: DialplanValues, text: string): readonly string[] {
  const there = new Map(
    text.split("|").flatMap((item) => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(item) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const names = new Set([...values.keys(), ...there.keys()]);
  return [...names].filter((name) => values.get(name) !== there.get(name));
}

/** How many endpoints `NAME-0`, `NAME-1` … a trunk is split into; at most ten. 0: it is one endpoint, `NAME`. */
export function waysOf(trunk: string, endpoints: ReadonlySet<string>): number {
  let ways = 0;
  while (ways < 10 && endpoints.has(`${trunk}-${ways}`)) ways += 1;
  return ways;
}
