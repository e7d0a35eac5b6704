import type { Endpoint, Variable } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriRequester } from "../../ari/types.ts";
import type { Logger } from "../../ops/types.ts";
import {
  changedSettings,
  type DialplanSettings,
  dialplanValues,
  settingsText,
  waysOf,
} from "./rules/dialplanSettings.ts";

/** The version of `asterisk/extensions.conf` that this application works with. */
export const dialplanVersion = 2;

/** For each step of connecting and of the lease: Asterisk answers these in a millisecond. */
const timeoutMs = 1_000;

/** Empty if it is not set. */
export async function readVariable(request: AriRequester, variable: string): Promise<string> {
  const { value } = await request<Variable>(operation("asterisk.getGlobalVar", {}, { variable }), {
    timeoutMs,
  });
  return value;
}

/** In the body: in the address, the value could be too long for Asterisk. */
export async function writeVariable(request: AriRequester, variable: string, value: string): Promise<void> {
  await request({ method: "POST", path: "/asterisk/variable", body: { variable, value } }, { timeoutMs });
}

/** Why this Asterisk's dialplan cannot be used, and the remedy; null if it can. */
export async function dialplanProblem(request: AriRequester, needed: number): Promise<string | null> {
  const version = await readVariable(request, "PHONE_PROXY_DIALPLAN");
  return Number(version) >= needed ? null : dialplanTooOld(version);
}

export function dialplanTooOld(version: string): string {
  const found = version === "" ? "has no version" : `has version ${version.slice(0, 10)}`;
  return `the dialplan ${found}, and ${dialplanVersion} is needed: replace extensions.conf by asterisk/extensions.conf of this release, then run "dialplan reload". Until then the dialplan connects calls without this controller`;
}

/**
 * Gives the dialplan our settings, if it has others. It unpacks them on the next call, and keeps them in AstDB.
 * Returns how many endpoints each outbound trunk is split into.
 */
export async function writeSettings(
  request: AriRequester,
  settings: DialplanSettings,
  logger: Logger,
): Promise<ReadonlyMap<string, number>> {
  const endpoints = new Set(
    (
      await request<readonly Endpoint[]>(operation("endpoints.listByTech", { tech: "PJSIP" }), { timeoutMs })
    ).map(({ resource }) => resource),
  );
  const ways = new Map(settings.trunks.map(({ name }) => [name, waysOf(name, endpoints)]));
  const values = dialplanValues(settings, ways);
  const there = await readVariable(request, "PP_SETTINGS");
  const changed = changedSettings(values, there);
  if (changed.length > 0) {
    await writeVariable(request, "PP_SETTINGS", settingsText(values));
    await writeVariable(request, "PP_LOADED", "");
    // Only the names: a value may be a phone number.
    logger.info("Settings written to Asterisk", { settings: there === "" ? "all" : changed.join(" ") });
  }
  return ways;
}
