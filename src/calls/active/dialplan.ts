import type { Variable } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriRequester } from "../../ari/types.ts";

/** The version of `asterisk/extensions.conf` that this application works with. */
export const dialplanVersion = 6;

/** For each step of connecting and of the lease: Asterisk answers these in a millisecond. */
export const timeoutMs = 1_000;

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
