import { setTimeout as delay } from "node:timers/promises";
import type { LabAddresses } from "../../../lab/lab.ts";
import type { Finding } from "../../../lab/parties/verdict.ts";
import { Random } from "../../../lab/simulated/random.ts";
import { type Footprint, settledFootprint } from "./footprint.ts";
import { type Outage, prepareAll } from "./outage.ts";
import { FaultSystem, type Judged } from "./system.ts";

/** Calls throughout, and one fault after the other. The same plan gives the same calls and faults. */
export interface SoakPlan {
  readonly seed: number;
  readonly outages: readonly Outage[];
  /** How many faults. */
  readonly faults: number;
  /** From the beginning of one to that of the next, at least. */
  readonly everySeconds: number;
  readonly outageSeconds: readonly [number, number];
  readonly callsPerSecond: number;
  readonly talkMs: readonly [number, number];
  readonly controllers: number;
}

interface Step {
  readonly outage: Outage;
  readonly seconds: number;
}

/** A fault that happened. UTC milliseconds. */
interface FaultSeen {
  readonly name: string;
  readonly beganAtMs: number;
  readonly healedAtMs: number;
  /** Until every part reports that it is up again; infinite if that takes more than two minutes. */
  readonly wellAtMs: number;
}

export interface SoakResult extends Judged {
  readonly faults: readonly FaultSeen[];
  readonly before: Footprint;
  readonly after: Footprint;
}

/** One line about what was measured. */
export const inShort = ({ verdict }: SoakResult): string =>
  `${verdict.calls} calls, ${verdict.answered} answered, ${verdict.unclear} given up before the dialplan began; longest silence ${verdict.longestSilenceMs} ms, ` +
  `longest release ${verdict.longestReleaseMs} ms, largest error of a talk time ${verdict.largestTalkErrorSeconds.toFixed(2)} s`;

/** Each kind of fault once, in a random order, before any comes again. Pure. */
export function stepsOf({ seed, outages, faults, outageSeconds }: SoakPlan): readonly Step[] {
  const random = new Random(seed);
  const steps: Step[] = [];
  while (steps.length < faults)
    for (const outage of random.shuffle([...outages]))
      steps.push({ outage, seconds: random.from(outageSeconds) });
  return steps.slice(0, faults);
}

/**
 * The remains of a run, one line each: records without a call, topics, and more memory and descriptors than at the
 * start plus what a process needs for itself. One leak for each call would add far more.
 */
export function leftBehind({
  before,
  after,
  strays,
}: Pick<SoakResult, "before" | "after" | "strays">): string[] {
  const mostOf: Partial<Footprint> = {
    asteriskTopics: before.asteriskTopics,
    descriptors: before.descriptors + 20,
    asteriskDescriptors: before.asteriskDescriptors + 20,
    heapMegabytes: 2 * before.heapMegabytes,
  };
  const grown = (Object.keys(mostOf) as (keyof Footprint)[]).filter(
    (part) => after[part] > (mostOf[part] ?? Number.POSITIVE_INFINITY),
  );
  return [
    ...(strays.length === 0 ? [] : [`${strays.length} records of no call`]),
    ...grown.map((part) => `${part}: ${before[part]} at the start, ${after[part]} at the end`),
  ];
}

/** The fault in which a call began, or after which it did; null before the first. */
export const faultOf = ({ calls, faults }: SoakResult, { call }: Finding): FaultSeen | null => {
  const invitedAtMs = calls[call]?.caller.invitedAtMs ?? 0;
  const began = faults.findLast(({ beganAtMs }) => beganAtMs <= invitedAtMs) ?? null;
  const next = faults[began === null ? 0 : faults.indexOf(began) + 1];
  const endedAtMs = calls[call]?.caller.endedAtMs ?? calls[call]?.caller.finalAtMs ?? invitedAtMs;
  // A call that was up when the next one began suffered from that.
  return next !== undefined && endedAtMs >= next.beganAtMs ? next : began;
};

export async function soak(
  lab: LabAddresses,
  plan: SoakPlan,
  tell: (line: string) => void = () => undefined,
): Promise<SoakResult> {
  const undo = await prepareAll([...new Set(stepsOf(plan).map(({ outage }) => outage))]);
  try {
    const system = await FaultSystem.start(lab, { seed: plan.seed, controllers: plan.controllers });
    try {
      return await run(system, plan, tell);
    } catch (error) {
      // A failure during the clean-up would hide this error.
      tell(`ended early: ${String(error)}`);
      throw error;
    } finally {
      await system.stop();
    }
  } finally {
    await undo();
  }
}

async function run(system: FaultSystem, plan: SoakPlan, tell: (line: string) => void): Promise<SoakResult> {
  const { callsPerSecond, talkMs, everySeconds } = plan;
  // Caches are filled and connections opened by the first calls.
  system.beginLoad({ callsPerSecond, talkMs });
  await delay(5_000);
  await system.endLoad();
  const before = await settledFootprint(system);
  tell(`before: ${JSON.stringify(before)}`);

  system.beginLoad({ callsPerSecond, talkMs });
  await delay(2_000);
  const faults: FaultSeen[] = [];
  for (const { outage, seconds } of stepsOf(plan)) {
    const beganAtMs = Date.now();
    const bringBack = await outage.begin(system);
    try {
      // This tests the length of an outage, so real time has to pass.
      await delay(seconds * 1_000);
    } finally {
      await bringBack();
    }
    const healedAtMs = Date.now();
    // The run continues in any case: the verdict shows how a part that stays down affects calls.
    const well = await system.up().then(
      () => true,
      () => false,
    );
    const wellAtMs = well ? Date.now() : Number.POSITIVE_INFINITY;
    faults.push({ name: outage.name, beganAtMs, healedAtMs, wellAtMs });
    tell(
      `${outage.name}, ${seconds} s: well after another ${((wellAtMs - healedAtMs) / 1_000).toFixed(1)} s`,
    );
    await delay(Math.max(0, beganAtMs + everySeconds * 1_000 - Date.now()));
  }
  const judged = await system.endLoad();
  await system.nothingLeft();
  const after = await settledFootprint(system, before);
  tell(`after: ${JSON.stringify(after)}`);
  return { ...judged, faults, before, after };
}
