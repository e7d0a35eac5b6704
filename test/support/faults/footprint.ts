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
    asteriskTopics: counted(await topics(), controllers.count).length,
  };
}

/** Asterisk keeps the topics of a killed controller's command sockets until the next application connects. */
function counted(names: readonly string[], controllers: number): readonly string[] {
  const ofSockets = names.filter((name) => name.startsWith("ari:application/commands-"));
  return ofSockets.length > 2 * 4 * controllers ? names : names.filter((name) => !ofSockets.includes(name));
}

/** Their names. */
async function topics(): Promise<readonly string[]> {
  const lines = (await asteriskCli("stasis show topics")).split("\n").map((line) => line.trim());
  const names = lines
    .slice(lines.findIndex((line) => line.startsWith("Name ")) + 1)
    .filter((line) => line !== "");
  const total = /^(\d+) Total topics/u.exec(names.pop() ?? "")?.[1];
  if (Number(total) !== names.length) throw new Error("Asterisk does not say which topics it has.");
  return names;
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
    { timeoutMs: 90_000, everyMs: 2_000 },
  ).catch(async () => {
    const others = (await topics()).filter((name) => !name.includes("endpoint:"));
    console.log(`      topics at the end, without those of endpoints: ${others.join(", ")}`);
  });
  return last;
}
