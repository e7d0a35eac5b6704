import { readdirSync, readFileSync } from "node:fs";
import { asteriskCli, labStatus } from "../../../lab/lab.ts";
import type { FaultSystem } from "./system.ts";
import { until } from "../until.ts";

/** What the processes occupy while there is no call. */
export interface Footprint {
  /** Of all controllers together, after a garbage collection. */
  readonly heapMegabytes: number;
  readonly residentMegabytes: number;
  readonly descriptors: number;
  readonly asteriskMegabytes: number;
  readonly asteriskDescriptors: number;
  readonly asteriskTopics: number;
}

const megabytes = (kilobytes: number): number => Math.round(kilobytes / 1_024);
const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

async function footprintOf({ controllers }: FaultSystem): Promise<Footprint> {
  let heap = 0;
  let resident = 0;
  let descriptors = 0;
  for (let index = 0; index < controllers.count; index += 1) {
    heap += await controllers.heapBytes(index);
    const { pid } = controllers.process(index);
    resident += residentOf(pid);
    descriptors += descriptorsOf(pid);
  }
  const asterisk = (await labStatus()).find(({ name }) => name === "asterisk")?.pid;
  if (asterisk === undefined || asterisk === null) throw new Error("Asterisk is not running.");
  return {
    heapMegabytes: megabytes(heap / 1_024),
    residentMegabytes: megabytes(resident),
    descriptors,
    asteriskMegabytes: megabytes(residentOf(asterisk)),
    asteriskDescriptors: descriptorsOf(asterisk),
    asteriskTopics: await topics(),
  };
}

async function topics(): Promise<number> {
  const count = /^(\d+) Total topics/mu.exec(await asteriskCli("stasis show topics"))?.[1];
  if (count === undefined) throw new Error("Asterisk does not say how many topics it has.");
  return Number(count);
}

/** Resolves with the footprint once it no longer shrinks: connections close, and topics go, some seconds after the calls. */
export async function settledFootprint(
  system: FaultSystem,
  goal: Partial<Footprint> = {},
): Promise<Footprint> {
  let last = await footprintOf(system);
  const reached = (): boolean => last.asteriskTopics <= (goal.asteriskTopics ?? 0);
  await until(
    async () => {
      const next = await footprintOf(system);
      const settled = next.asteriskTopics >= last.asteriskTopics && next.descriptors >= last.descriptors;
      last = next;
      return reached() || (goal.asteriskTopics === undefined && settled);
    },
    { timeoutMs: 40_000, everyMs: 2_000 },
  ).catch(() => undefined);
  return last;
}
