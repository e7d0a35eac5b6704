import { isGone } from "../../ari/errors.ts";
import type { Application } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriRequester } from "../../ari/types.ts";
import { timeoutMs } from "./dialplan.ts";

/**
 * Subscriptions keep an application alive in Asterisk, and Asterisk at work for it. Call before the lease is given up:
 * the next controller has its own.
 */
export async function endSubscriptions(request: AriRequester, applicationName: string): Promise<void> {
  try {
    const path = { applicationName };
    const { endpoint_ids } = await request<Application>(operation("applications.get", path), { timeoutMs });
    if (endpoint_ids.length === 0) return;
    const eventSource = endpoint_ids.map((id) => `endpoint:${id}`).join(",");
    await request(operation("applications.unsubscribe", path, { eventSource }), { timeoutMs });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
