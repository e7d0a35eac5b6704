import type { Endpoint } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriConnection } from "../../ari/types.ts";
import { endpointsIn } from "../endpoints.ts";
import type { Trunks } from "./trunks.ts";

/** The list of endpoints contains the IDs of their live channels. */
const timeoutMs = 15_000;

/**
 * Learns the endpoints of this Asterisk, and subscribes the application to those of the outbound trunks. Asterisk
 * forgets subscriptions when it restarts, so this is repeated after every connect.
 * @param names the outbound trunks. A trunk that Asterisk lacks is left to the trunk's health.
 */
export async function subscribe(ari: AriConnection, trunks: Trunks, names: readonly string[]): Promise<void> {
  const endpoints = await ari.request<readonly Endpoint[]>(
    operation("endpoints.listByTech", { tech: "PJSIP" }),
    { timeoutMs },
  );
  trunks.learn(endpointsIn(endpoints));
  const eventSource = sourcesOf(trunks, names);
  if (eventSource === "") return;
  await ari.request(
    operation("applications.subscribe", { applicationName: ari.application }, { eventSource }),
    { timeoutMs },
  );
}

const sourcesOf = (trunks: Trunks, names: readonly string[]): string =>
  names
    .flatMap((name) => trunks.endpointsOf(name))
    .map((endpoint) => `endpoint:PJSIP/${endpoint}`)
    .join(",");
