import { LabUnavailableError } from "../errors.ts";
import { requireFreePort, startApplicationProcess } from "./application.ts";
import { type CallPorts, judgeAgain, type JudgedCall, runCall } from "./calls.ts";
import { type Cleanups, pause } from "./cleanups.ts";
import { addDemoData } from "./pastDays/add.ts";
import type { DemoError } from "./errors.ts";
import { openLabWorld } from "./labWorld.ts";
import type { DemoOptions } from "./options.ts";
import type { Output } from "./output.ts";
import { openRecords } from "./records.ts";
import { PROXY_NUMBERS, RING_TIMEOUT_SECONDS } from "./scenarios.ts";
import { openSimulatedWorld } from "./simulatedWorld.ts";
import { uploadSample } from "./upload.ts";
import type { DemoWorld } from "./world.ts";

const BETWEEN_CALLS_MS = 3_000;

interface DemoParts {
  readonly options: DemoOptions;
  readonly output: Output;
  readonly cleanups: Cleanups;
  /** Aborted when the demo has to end. Everything in progress rejects with its reason. */
  readonly signal: AbortSignal;
  readonly onCrash: (error: DemoError) => void;
}

/** Resolves with whether all calls went as expected. Without `once`, it runs until the signal is aborted. */
export const runDemo = async (parts: DemoParts): Promise<boolean> => {
  const { options, output, cleanups, signal, onCrash } = parts;
  await requireFreePort();
  const world = await openWorld(parts);
  output.say(`${world.simulated ? "SIMULATED" : "Running"}: ${world.about}`);

  if (options.data) {
    const { mappings, calls } = await addDemoData(world.database, signal);
    output.say(`Data: ${mappings} new mappings, and ${calls} calls of the last 35 days`);
  }
  const application = await startApplicationProcess({
    folder: world.folder,
    settings: {
      ...world.settings,
      NODE_NAME: "demo",
      SPOOL_DIR: `${world.folder}/spool`,
      UPLOAD_DIR: `${world.folder}/uploads`,
      DEFAULT_POOL: `${PROXY_NUMBERS.first}-${PROXY_NUMBERS.last}`,
      RING_TIMEOUT_SECONDS: String(RING_TIMEOUT_SECONDS),
      ANNOUNCEMENT_UNKNOWN: "sound:ss-noservice",
      LOG_FORMAT: "pretty",
    },
    onCrash,
  });
  cleanups.add(() => application.stop());
  output.say(`Application: starting, logging to ${application.logFile}`);
  await application.ready(signal);
  const realNumbers = options.scenarios.flatMap(({ realNumber }) => realNumber ?? []);
  const proxyNumbers = await uploadSample(application.url, realNumbers, signal);
  output.say(`POST /upload: ${proxyNumbers.size} real numbers have proxy numbers`);
  const records = await openRecords(world.database, signal);
  cleanups.add(() => records.close());
  await world.open();
  signal.throwIfAborted();

  const ports: CallPorts = { world, records, proxyNumbers };
  output.heading(world.simulated);
  const calls = await eachOnce(parts, ports);
  const ok = calls.every(({ problems }) => problems.length === 0);
  output.result(calls, world.simulated);
  output.say(`\n${ok ? "All calls went as expected." : "Not all calls went as expected."}`);
  if (options.once) return ok;
  output.say(`${world.simulated ? "(simulated) " : ""}Web: ${application.url}/`);
  output.say(`From now on, there is a call every few seconds. Ctrl-C stops the demo.\n`);
  return await forEver(parts, ports);
};

const openWorld = async ({ options, output, cleanups, signal }: DemoParts): Promise<DemoWorld> => {
  if (options.simulated) return await openSimulatedWorld(cleanups);
  try {
    return await openLabWorld(cleanups, (line) => output.say(line), signal);
  } catch (error) {
    if (!(error instanceof LabUnavailableError)) throw error;
    output.say(`No real Asterisk is available, so everything below is SIMULATED: ${error.message}`);
    return await openSimulatedWorld(cleanups);
  }
};

const eachOnce = async ({ options, output, signal }: DemoParts, ports: CallPorts): Promise<JudgedCall[]> => {
  const calls: JudgedCall[] = [];
  for (const scenario of options.scenarios) {
    const judged = await runCall(scenario, ports, signal);
    output.call(judged);
    calls.push(judged);
  }
  const again = await Promise.all(calls.map((judged) => judgeAgain(judged, ports, signal)));
  for (const [index, judged] of again.entries())
    if (judged.problems.join() !== calls[index]?.problems.join()) output.call(judged);
  return again;
};

const forEver = async ({ options, output, signal }: DemoParts, ports: CallPorts): Promise<never> => {
  for (let index = 0; ; index += 1) {
    await pause(BETWEEN_CALLS_MS, signal);
    const scenario = options.scenarios[index % options.scenarios.length];
    if (scenario !== undefined) output.call(await runCall(scenario, ports, signal));
  }
};
