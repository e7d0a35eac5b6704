import type { CallStatus, StatusReason } from "../../src/values/callRecord.ts";
import type { CalleeBehaviour, CallerScript } from "./sipp.ts";

type Columns = Readonly<Record<string, string | null>>;

/** A call, what is known about the number dialled, and what follows: the same on every path. */
export interface Treatment {
  readonly name: string;
  /** Columns of `phone_mappings`; null: the number has no mapping. */
  readonly mapping: Columns | null;
  /** Columns of its pool; none by default. */
  readonly pool?: Columns;
  readonly callee?: CalleeBehaviour;
  readonly script?: CallerScript;
  /** What is dialled instead of the proxy number. */
  readonly dials?: (proxy: string) => string;
  /** The proxy number is not in the country's numbering plan. */
  readonly outsideThePlan?: true;
  /** The number was released; its mapping still knows the real number. */
  readonly released?: true;
  /** Instead of a number of the callee's provider. */
  readonly real?: string;
  /** The real number is a proxy number. */
  readonly toProxy?: true;
  readonly identityHeaders?: readonly string[];
  /** The caller has the proxy number. */
  readonly fromProxy?: true;
  readonly sip: number;
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** The number that the callee sees: `proxy`, `caller`, another one, or null for none. Absent: nothing is dialled. */
  readonly shown?: string | null;
  /** The call is refused before its number is looked up, so the record has no real number. */
  readonly notLookedUp?: true;
  /** The code with which the callee refuses. */
  readonly calleeSip?: number;
  /** Attempts on trunks that reach the callee's provider. */
  readonly legs?: number;
  /** The prefix that the trunk wants before both numbers. */
  readonly prefix?: string;
  readonly trunk?: string;
}

const fixed = "78005553535";
const another = "78005553536";

const hungUp = { sip: 200, status: "answered", reason: "caller_hung_up" } as const;
const talks = (name: string, shown: string | null, mapping: Columns = {}, pool?: Columns): Treatment => ({
  name,
  mapping,
  ...(pool === undefined ? {} : { pool }),
  ...hungUp,
  shown,
});
const refuses = (
  name: string,
  mapping: Columns | null,
  sip: number,
  status: CallStatus,
  reason: StatusReason | null = null,
): Treatment => ({ name, mapping, sip, status, reason });

const invalid = (name: string, dials: (proxy: string) => string): Treatment => ({
  name,
  mapping: {},
  dials,
  sip: 484,
  status: "unknown_number",
  reason: "invalid_number",
  notLookedUp: true,
});
const spelled = (name: string, dials: (proxy: string) => string): Treatment => ({
  ...talks(name, "proxy"),
  dials,
});

/** With the application's own settings. */
export const treatments: readonly Treatment[] = [
  talks("shows the proxy number", "proxy"),
  talks("shows the caller", "caller", { caller_id_policy: "caller" }),
  talks("shows no number", null, { caller_id_policy: "anonymous" }),
  talks("shows a fixed number", fixed, { caller_id_policy: "fixed", caller_id_number: fixed }),
  talks("shows no number instead of a fixed one that is missing", null, { caller_id_policy: "fixed" }),
  talks("shows no number under a policy of a later version", null, { caller_id_policy: "later" }),
  talks("follows the policy of the pool", "caller", {}, { caller_id_policy: "caller" }),
  talks(
    "shows the fixed number of the pool",
    fixed,
    {},
    { caller_id_policy: "fixed", caller_id_number: fixed },
  ),
  talks("shows no number under a pool's policy of a later version", null, {}, { caller_id_policy: "later" }),
  talks(
    "follows the mapping's own policy rather than the pool's",
    "proxy",
    { caller_id_policy: "proxy" },
    { caller_id_policy: "caller" },
  ),
  talks(
    "shows the mapping's own fixed number rather than the pool's",
    fixed,
    { caller_id_policy: "fixed", caller_id_number: fixed },
    { caller_id_policy: "fixed", caller_id_number: another },
  ),
  talks(
    "does not take the pool's number for a mapping's policy",
    null,
    { caller_id_policy: "fixed" },
    { caller_id_policy: "fixed", caller_id_number: another },
  ),
  talks("needs no policy of the pool", "proxy", {}, {}),
  refuses("refuses an unknown number", null, 404, "unknown_number"),
  refuses("refuses a disabled one", { state: "disabled" }, 403, "disabled"),
  refuses("refuses an expired one", { state: "expired" }, 410, "expired"),
  refuses("refuses one that expired by time", { expires_at: "2020-01-01 00:00:00" }, 410, "expired"),
  { ...refuses("refuses one in quarantine", { state: "quarantined" }, 410, "quarantined"), released: true },
  refuses(
    "refuses a disabled one as disabled, even after its time",
    { state: "disabled", expires_at: "2020-01-01 00:00:00" },
    403,
    "disabled",
  ),
  talks("connects one that has not expired yet", "proxy", { expires_at: "2999-01-01 00:00:00" }),
  {
    ...refuses(
      "ends a call to a real number that is a proxy number",
      {},
      603,
      "loop",
      "real_number_is_proxy",
    ),
    toProxy: true,
  },
  ...["78091234567", "19005551234", "881612345678"].map((number): Treatment => ({
    ...refuses(`does not dial an expensive number, such as ${number}`, {}, 403, "disabled", "premium_number"),
    real: number,
  })),
  {
    ...refuses("ends a call that came back with our mark", {}, 603, "loop", "came_back"),
    identityHeaders: ["X-Phone-Proxy-Hop: lab"],
    notLookedUp: true,
  },
  {
    ...refuses("ends a call from the number it dials", {}, 603, "loop", "came_back"),
    fromProxy: true,
    notLookedUp: true,
  },
  spelled("reads a plus sign", (proxy) => `+${proxy}`),
  spelled("reads the national prefix", (proxy) => `8${proxy.slice(1)}`),
  spelled("reads ten digits", (proxy) => proxy.slice(1)),
  spelled("reads the general international prefix", (proxy) => `00${proxy}`),
  spelled("reads the Russian international prefix", (proxy) => `810${proxy}`),
  spelled("cuts number portability", (proxy) => `+${proxy};npdi`),
  spelled("cuts a phone context", (proxy) => `${proxy.slice(1)};phone-context=+7`),
  { ...talks("finds a proxy number outside the country's numbering plan", "proxy"), outsideThePlan: true },
  {
    ...refuses("records the number that was found outside the plan", { state: "disabled" }, 403, "disabled"),
    outsideThePlan: true,
  },
  invalid("refuses a comma", (proxy) => `${proxy},5`),
  invalid("refuses letters", (proxy) => `${proxy}x`),
  invalid("refuses two plus signs", (proxy) => `++${proxy}`),
  invalid("refuses an escaped blank", (proxy) => `${proxy}%20`),
  invalid("refuses a zero byte", (proxy) => `${proxy}%00`),
  invalid("refuses a zero byte and digits", (proxy) => `${proxy}%005`),
];

/** Two trunks; the first is missing. */
export const onTwoTrunks = {
  OUTBOUND_TRUNKS: JSON.stringify([
    { name: "no-such-trunk", dialPrefix: "9", callerId: "anonymous" },
    { name: "trunk-out", dialPrefix: "+", callerIdPrefix: "+", callerId: `fixed:${fixed}` },
  ]),
  MAX_CALL_SECONDS: "1",
  ALLOW_PREMIUM_NUMBERS: "true",
} as const;
const plus = { prefix: "+", trunk: "trunk-out" } as const;

export const treatmentsOnTwoTrunks: readonly Treatment[] = [
  { ...talks("shows the fixed number of the trunk that works, with its prefix", fixed), ...plus },
  {
    ...talks("shows the mapping's number with it", another, {
      caller_id_policy: "fixed",
      caller_id_number: another,
    }),
    ...plus,
  },
  { ...talks("shows the proxy number with it", "proxy", { caller_id_policy: "proxy" }), ...plus },
  { ...talks("shows the caller with it", "caller", { caller_id_policy: "caller" }), ...plus },
  { ...talks("shows no prefix without a number", null, { caller_id_policy: "anonymous" }), ...plus },
  {
    ...talks("takes no number of a pool without a policy", fixed, {}, { caller_id_number: another }),
    ...plus,
  },
  {
    ...talks("ends a call that is too long", fixed),
    ...plus,
    script: { kind: "waits" },
    reason: "max_length",
  },
  {
    ...refuses("tells the caller what the last trunk says", {}, 404, "unallocated"),
    ...plus,
    callee: "notFound",
    calleeSip: 404,
    shown: fixed,
  },
  {
    ...refuses("dials an expensive number where the settings allow it", {}, 404, "unallocated"),
    ...plus,
    real: "19005551235",
    calleeSip: 404,
    shown: fixed,
  },
];

/** Two trunks that work. */
export const onTwins = {
  OUTBOUND_TRUNKS: JSON.stringify([{ name: "trunk-out-0" }, { name: "trunk-out-1" }]),
  FAIL_OVER_CODES: "402,407,480",
} as const;
const overTwins = (
  name: string,
  callee: CalleeBehaviour,
  calleeSip: number,
  legs: number,
  [sip, status]: readonly [number, CallStatus],
): Treatment => ({
  ...refuses(name, {}, sip, status),
  callee,
  calleeSip,
  shown: "proxy",
  legs,
  trunk: `trunk-out-${legs - 1}`,
});

export const treatmentsOnTwins: readonly Treatment[] = [
  overTwins("tries both if they are full", "serviceUnavailable", 503, 2, [503, "congestion"]),
  overTwins("tries both if we have no money left", "paymentRequired", 402, 2, [403, "rejected"]),
  overTwins("tries both if they want a login", "wantsLogin", 407, 2, [403, "rejected"]),
  overTwins("tries both after a code of the settings", "unavailable", 480, 2, [480, "no_answer"]),
  overTwins("tries only one if the callee is busy", "busy", 486, 1, [486, "busy"]),
  overTwins("tries only one if the callee does not exist", "notFound", 404, 1, [404, "unallocated"]),
  { ...talks("tries only one if it works", "proxy"), legs: 1, trunk: "trunk-out-0" },
];
