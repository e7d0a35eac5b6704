import { setTimeout as delay } from "node:timers/promises";
import { labStatus, type LabAddresses } from "../../lab/lab.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { processTimeMs } from "../support/processTime.ts";
import { placeCalls } from "./load.ts";
import type { LoadResult } from "./sippFiles.ts";
import type { Way } from "./ways.ts";

/** Processor time per call in milliseconds, by process. */
interface CpuPerCall {
  /** null without a controller. */
  readonly controller: number | null;
  readonly asterisk: number;
  readonly mysql: number;
  readonly redis: number;
}

export interface Measured {
  readonly load: LoadResult;
  readonly cpuMs: CpuPerCall;
}

export interface Bench {
  readonly lab: LabAddresses;
  readonly pids: { readonly asterisk: number; readonly mysql: number; readonly redis: number };
  readonly signal: AbortSignal;
}

export const serverPids = async (): Promise<Bench["pids"]> => {
  const parts = await labStatus();
  const pidOf = (name: string): number => {
    const pid = parts.find((part) => part.name === name)?.pid;
    if (pid === undefined || pid === null)
      throw new BenchmarkFailedError(`The lab's ${name} has ended; see npm run lab -- logs ${name}.`);
    return pid;
  };
  return { asterisk: pidOf("asterisk"), mysql: pidOf("mysql"), redis: pidOf("redis") };
};

/** Calls all numbers in turn, so that the caches are as warm as in normal operation. */
const turns = new Map<string, number>();

const nextNumbers = (way: Way, calls: number): string[] => {
  const first = turns.get(way.name) ?? 0;
  turns.set(way.name, first + calls);
  return Array.from({ length: calls }, (_, index) => way.dialled[(first + index) % way.dialled.length] ?? "");
};

/** Waits until Asterisk has no channels left, so that one turn does not affect the next. */
export const untilQuiet = async ({ lab, signal }: Pick<Bench, "lab" | "signal">): Promise<void> => {
  const deadline = Date.now() + 60_000;
  const authorization = `Basic ${Buffer.from(`${lab.ari.username}:${lab.ari.password}`).toString("base64")}`;
  for (;;) {
    const response = await fetch(`${lab.ari.url}/ari/channels`, { headers: { authorization }, signal });
    const channels = (await response.json()) as readonly unknown[];
    if (channels.length === 0) return;
    if (Date.now() > deadline)
      throw new BenchmarkFailedError(
        `${channels.length} channels are still in the lab's Asterisk after a minute of waiting.`,
      );
    await delay(100);
  }
};

/** Places calls one way and measures their cost until all of their channels are gone. */
export const measure = async (
  bench: Bench,
  way: Way,
  callsPerSecond: number,
  seconds: number,
): Promise<Measured> => {
  const ended = way.controller?.exited();
  if (ended !== null && ended !== undefined)
    throw new BenchmarkFailedError(
      `The controller of ${way.name} ended with ${ended}.\n${way.controller?.output()}`,
    );
  const calls = Math.round(callsPerSecond * seconds);
  const controller = way.controller?.pid ?? null;
  const times = () => ({
    controller: controller === null ? 0 : processTimeMs(controller),
    asterisk: processTimeMs(bench.pids.asterisk),
    mysql: processTimeMs(bench.pids.mysql),
    redis: processTimeMs(bench.pids.redis),
  });
  const before = times();
  const load = await placeCalls(
    bench.lab,
    { dialled: nextNumbers(way, calls), callsPerSecond, calls },
    bench.signal,
  );
  await untilQuiet(bench);
  const after = times();
  return {
    load,
    cpuMs: {
      controller: controller === null ? null : (after.controller - before.controller) / calls,
      asterisk: (after.asterisk - before.asterisk) / calls,
      mysql: (after.mysql - before.mysql) / calls,
      redis: (after.redis - before.redis) / calls,
    },
  };
};
