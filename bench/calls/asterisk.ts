import { setTimeout as delay } from "node:timers/promises";
import type { LabAddresses } from "../../lab/lab.ts";
import { BenchmarkFailedError } from "../benchmark.ts";

interface Request {
  readonly method?: string;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** A request to the lab's ARI. Resolves with the JSON of the answer; null without one. */
export const askAsterisk = async (
  { ari }: LabAddresses,
  path: string,
  { method = "GET", body, signal }: Request = {},
): Promise<unknown> => {
  const credentials = Buffer.from(`${ari.username}:${ari.password}`).toString("base64");
  const response = await fetch(`${ari.url}/ari${path}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw new BenchmarkFailedError(`Asterisk's response to ${path} is ${response.status}.`);
  const text = await response.text();
  return text === "" ? null : (JSON.parse(text) as unknown);
};

interface Application {
  readonly name: string;
  readonly endpoint_ids: readonly string[];
}

const application = async (lab: LabAddresses, name: string): Promise<Application | undefined> =>
  ((await askAsterisk(lab, "/applications")) as readonly Application[]).find((one) => one.name === name);

/** Whether Asterisk knows a Stasis application of this name. */
export const hasApplication = async (lab: LabAddresses, name: string): Promise<boolean> =>
  (await application(lab, name)) !== undefined;

/** Ends the subscriptions of an application without a controller, which cost Asterisk work. */
export const forgetApplication = async (lab: LabAddresses, name: string): Promise<void> => {
  const endpoints = (await application(lab, name))?.endpoint_ids ?? [];
  if (endpoints.length === 0) return;
  const sources = endpoints.map((endpoint) => `endpoint:${endpoint}`).join(",");
  const query = new URLSearchParams({ eventSource: sources }).toString();
  await askAsterisk(lab, `/applications/${name}/subscription?${query}`, { method: "DELETE" });
};

/** Waits until Asterisk has no channels left, so that one turn does not affect the next. */
export const untilQuiet = async (lab: LabAddresses, signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const channels = (await askAsterisk(lab, "/channels", { signal })) as readonly unknown[];
    if (channels.length === 0) return;
    if (Date.now() > deadline)
      throw new BenchmarkFailedError(
        `${channels.length} channels are still in the lab's Asterisk after a minute of waiting.`,
      );
    await delay(100);
  }
};

/** Empty if it is not set. */
export const globalVariable = async (lab: LabAddresses, variable: string): Promise<string> => {
  const answer = await askAsterisk(lab, `/asterisk/variable?variable=${variable}`);
  return (answer as { readonly value: string }).value;
};

/** Replaces values of the settings that our application has written to the dialplan. */
export const changeSettings = async (
  lab: LabAddresses,
  changes: Readonly<Record<string, string>>,
): Promise<void> => {
  const value = await globalVariable(lab, "PP_SETTINGS");
  const settings = new Map(
    value.split("|").map((item) => {
      const at = item.indexOf("=");
      return [item.slice(0, at), item.slice(at + 1)] as const;
    }),
  );
  for (const name of Object.keys(changes))
    if (!settings.has(name))
      throw new BenchmarkFailedError(`Our application has not written the setting ${name} to Asterisk.`);
  const changed = [...settings, ...Object.entries(changes)];
  const text = [...new Map(changed)].map(([name, setting]) => `${name}=${setting}`).join("|");
  for (const [variable, setting] of [
    ["PP_SETTINGS", text],
    ["PP_LOADED", ""],
  ] as const)
    await askAsterisk(lab, "/asterisk/variable", { method: "POST", body: { variable, value: setting } });
};
