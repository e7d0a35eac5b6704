import type { World } from "../world.ts";

/** `[globals]`: the version that a controller reads, and the settings until a controller has written its own. */
export const defaultGlobals: Readonly<Record<string, string>> = {
  PHONE_PROXY_DIALPLAN: "6",
  CONNECT: "dial",
  DEADLINE: "1.5",
  RING_SECONDS: "60",
  SILENT_SECONDS: "12",
  MAX_CALL_SECONDS: "7200",
  FAIL_OVER: "402-407",
  TRUNKS: "1",
  TRUNK_1: "trunk-out",
  TRUNK_1_WAYS: "0",
  TRUNK_1_SHOWS: "proxy",
  COUNTRY_CODE: "7",
  NATIONAL_PREFIXES: "8",
  NATIONAL_LENGTHS: "10",
  INTERNATIONAL_PREFIXES: "810-00",
  ANNOUNCE_UNKNOWN: "ss-noservice",
  ANNOUNCE_DISABLED: "ss-noservice",
  ANNOUNCE_EXPIRED: "ss-noservice",
  ANNOUNCE_FAILED: "all-circuits-busy-now&please-try-call-later",
};

/** `CAUSE_OF_…`: the caller's cause by the final SIP code of the leg, its class, or, without one, `DIALSTATUS`. */
const callerCauses: Readonly<Record<string, number>> = {
  401: 21,
  402: 21,
  403: 21,
  404: 1,
  407: 21,
  408: 18,
  410: 22,
  480: 19,
  482: 25,
  483: 25,
  484: 28,
  486: 17,
  487: 19,
  488: 58,
  600: 17,
  603: 21,
  604: 1,
  606: 58,
  "4xx": 38,
  "5xx": 34,
  "6xx": 38,
  NOANSWER: 19,
  CONGESTION: 34,
  CHANUNAVAIL: 34,
};

export function callerCause(dialStatus: string, sipCode: string): number {
  const exact = callerCauses[dialStatus === "NOANSWER" ? dialStatus : sipCode];
  return exact ?? callerCauses[sipCode === "" ? dialStatus : `${sipCode.slice(0, 1)}xx`] ?? 38;
}

const kept = "phone-proxy/settings";

/**
 * `[settings]`: on the first call after a controller has written the global `NAME=VALUE|…`, unpacks it. A copy stays
 * in AstDB, where only the dialplan can write, because globals are lost with Asterisk.
 */
export function loadSettings(world: World): void {
  const { globalVariables, database } = world;
  if (textOf(world, "PP_LOADED") !== "") return;
  const given = textOf(world, "PP_SETTINGS");
  if (given === "") globalVariables.set("PP_SETTINGS", database.get(kept) ?? "");
  else database.set(kept, given);
  for (const item of textOf(world, "PP_SETTINGS").split("|").filter(Boolean)) {
    const [name = "", ...value] = item.split("=");
    globalVariables.set(name, value.join("="));
  }
  globalVariables.set("PP_LOADED", "1");
}

export const textOf = (world: World, name: string): string => world.globalVariables.get(name) ?? "";

export const secondsOf = (world: World, name: string): number => Number(textOf(world, name)) || 0;

export const listOf = (world: World, name: string): string[] =>
  textOf(world, name).split("-").filter(Boolean);
