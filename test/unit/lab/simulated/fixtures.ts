import type { AriEvent } from "../../../../src/ari/generated/models.ts";
import { AriError } from "../../../../src/ari/errors.ts";
import type { AriConnection, AriRequest } from "../../../../src/ari/types.ts";
import type { Logger } from "../../../../src/ops/types.ts";
import type { BridgeAndDialOptions } from "../../../../lab/simulated/bridgeAndDial.ts";
import type { DecideOptions } from "../../../../lab/simulated/decideAndFollow.ts";
import { decideAndFollow } from "../../../../lab/simulated/decideAndFollow.ts";
import { bridgeAndDial } from "../../../../lab/simulated/bridgeAndDial.ts";
import type { SimulatedAsteriskOptions } from "../../../../lab/simulated/index.ts";
import { SimulatedAsterisk, VirtualClock } from "../../../../lab/simulated/index.ts";
import type { InProcessConnection } from "../../../../lab/simulated/inProcess.ts";
import type { InProcessOptions } from "../../../../lab/simulated/inProcessOptions.ts";

export const callerNumber = "79995550000";
export const proxyNumber = "79580000001";

export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debugging: false,
  child: () => silent,
};

export interface Lab {
  readonly clock: VirtualClock;
  readonly asterisk: SimulatedAsterisk;
  readonly ari: InProcessConnection;
  /** Every event that the connection delivered. */
  readonly events: AriEvent[];
}

/** A simulated Asterisk in virtual time with one client connected to it. */
export async function aLab(
  options: SimulatedAsteriskOptions = {},
  client: InProcessOptions = {},
): Promise<Lab> {
  const clock = new VirtualClock();
  // Most of these controllers hold the caller themselves, and decide nothing.
  const globals = { CONNECT: "bridge", DEADLINE: "14700", ...options.globals };
  const asterisk = new SimulatedAsterisk({ clock, ...options, globals });
  const ari = asterisk.connection(client);
  const events: AriEvent[] = [];
  ari.listen({
    connected: () => undefined,
    disconnected: () => undefined,
    event: (event) => events.push(event),
  });
  ari.open();
  await clock.advance(100);
  return { clock, asterisk, ari, events };
}

/** The same with a controller that connects every call to `realNumber`. */
export async function aControlledLab(
  realNumber: string,
  options: SimulatedAsteriskOptions = {},
  controller: Partial<BridgeAndDialOptions> = {},
): Promise<Lab> {
  const lab = await aLab(options);
  bridgeAndDial(lab.ari, { destination: () => realNumber, ...controller });
  return lab;
}

export interface DialLab extends Lab {
  /** Asterisk's call file. */
  readonly lines: string[];
  /** Requests of the controller that Asterisk refused. */
  readonly failures: readonly AriError[];
}

/** One with the dialplan that connects calls, and a controller that decides on `realNumber` over the whole first trunk. */
export async function aDialLab(
  realNumber: string,
  options: SimulatedAsteriskOptions = {},
  controller: Partial<DecideOptions> = {},
): Promise<DialLab> {
  const lines: string[] = [];
  const lab = await aLab({
    ...options,
    dialplan: { callFile: (line) => lines.push(line), ...options.dialplan },
    globals: { CONNECT: "dial", DEADLINE: "1.5", ...options.globals },
  });
  const { failures, subscribed } = decideAndFollow(lab.ari, {
    decide: ([, proxy = ""]) => ({ context: "connect", extension: `${realNumber}*${proxy}**1-d` }),
    ...controller,
  });
  await lab.clock.runUntil(subscribed);
  return { ...lab, lines, failures };
}

/** What a request came to: the body, or the status and words of the refusal. */
export async function ask(
  { ari, clock }: { readonly ari: AriConnection; readonly clock: VirtualClock },
  method: AriRequest["method"],
  path: string,
  query: AriRequest["query"] = {},
  body?: unknown,
): Promise<{ readonly status: number; readonly message: string; readonly body: unknown }> {
  let outcome: Awaited<ReturnType<typeof ask>> | undefined;
  ari.request({ method, path, query, ...(body !== undefined && { body }) }).then(
    (answer) => {
      outcome = { status: answer === undefined ? 204 : 200, message: "", body: answer };
    },
    (error: unknown) => {
      if (!(error instanceof AriError)) throw error;
      outcome = { status: error.status ?? 0, message: error.message, body: undefined };
    },
  );
  await clock.runUntil(() => outcome !== undefined);
  if (!outcome) throw new Error("unreachable: the clock waited for the outcome");
  return outcome;
}

/** A call whose channel waits in Stasis, without further action. */
export async function aWaitingCall(lab: Lab): Promise<ReturnType<SimulatedAsterisk["call"]>> {
  const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
  await lab.clock.runUntil(() => call.steps.includes("stasis"));
  return call;
}

export const typesOf = (events: readonly AriEvent[], channelId?: string): string[] =>
  events
    .filter((event) => channelId === undefined || channelOf(event) === channelId)
    .map((event) => event.type);

function channelOf(event: AriEvent): string | null {
  if (event.type === "Dial") return event.peer.id;
  return "channel" in event && event.channel ? event.channel.id : null;
}
