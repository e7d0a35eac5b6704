import { setTimeout as delay } from "node:timers/promises";
import type { LabAddresses } from "../../lab/lab.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import type { BenchmarkChild } from "../support/child.ts";
import { untilQuiet } from "./asterisk.ts";
import { placeCalls, startCalls } from "./load.ts";
import { type Cpu, cpuNow, cpuPerCall, type ServerPids } from "./processes.ts";
import { type RtpCounts, watchRtp } from "./rtp.ts";
import type { LoadResult } from "./sippFiles.ts";
import { type Case, caseName, dialledNumbers } from "./variants.ts";

export interface Bench {
  readonly lab: LabAddresses;
  readonly pids: ServerPids;
  readonly signal: AbortSignal;
}

export interface Subject {
  readonly case: Case;
  /** The process that decides its calls; null if there is none. */
  readonly controller: BenchmarkChild | null;
}

export interface Pace {
  readonly callsPerSecond: number;
  /** How long calls are placed; with `live`, how long is measured. */
  readonly seconds: number;
  readonly talkSeconds: number;
  readonly live: boolean;
  readonly rtp: boolean;
}

export interface Measured {
  readonly load: LoadResult;
  readonly cpuMs: Cpu;
  /** null without audio. */
  readonly rtp: RtpCounts | null;
}

/** Calls all numbers in turn, so that the caches are as warm as in normal operation. */
const turns = new Map<string, number>();

const nextNumbers = (subject: Case, calls: number): string[] => {
  const all = dialledNumbers(subject);
  const first = turns.get(caseName(subject)) ?? 0;
  turns.set(caseName(subject), first + calls);
  return Array.from({ length: calls }, (_, index) => all[(first + index) % all.length] ?? "");
};

/** Our application collects Asterisk's lines once a second and stores records in batches: that is part of the cost. */
const RECORDS_WITHIN_MS = 1_600;
/** Until calls end as often as they begin. */
const STEADY_AFTER_SECONDS = 2;

export const measure = async (bench: Bench, subject: Subject, pace: Pace): Promise<Measured> => {
  const ended = subject.controller?.exited();
  if (ended !== null && ended !== undefined)
    throw new BenchmarkFailedError(
      `The controller of ${subject.case.variant} ended with ${ended}.\n${subject.controller?.output()}`,
    );
  return await (pace.live ? measureLive : measureAll)(bench, subject, pace);
};

const loadOf = (subject: Subject, { callsPerSecond, talkSeconds, rtp }: Pace, calls: number) => ({
  dialled: nextNumbers(subject.case, calls),
  callsPerSecond,
  calls,
  talkSeconds,
  trunks: subject.case.trunks,
  rtp,
});

/** From the first INVITE until all channels are gone and the records are written. */
const measureAll = async ({ lab, pids, signal }: Bench, subject: Subject, pace: Pace): Promise<Measured> => {
  const calls = Math.round(pace.callsPerSecond * pace.seconds);
  const times = (): Cpu => cpuNow(pids, subject.controller?.pid ?? null);
  const watch = pace.rtp ? watchRtp() : null;
  const before = times();
  const load = await placeCalls(lab, loadOf(subject, pace, calls), signal).finally(() => watch?.stop());
  await untilQuiet(lab, signal);
  await delay(RECORDS_WITHIN_MS);
  return {
    load,
    cpuMs: cpuPerCall(before, times(), calls),
    rtp: watch === null ? null : await watch.counts(),
  };
};

/** While the highest number of calls is live: in any second, as many begin as end. */
const measureLive = async ({ lab, pids, signal }: Bench, subject: Subject, pace: Pace): Promise<Measured> => {
  const { callsPerSecond, seconds, talkSeconds } = pace;
  const rampSeconds = talkSeconds + STEADY_AFTER_SECONDS;
  const times = (): Cpu => cpuNow(pids, subject.controller?.pid ?? null);
  const calls = Math.round(callsPerSecond * (rampSeconds + seconds));
  const underWay = await startCalls(lab, loadOf(subject, pace, calls), signal);
  const during = async (): Promise<Cpu> => {
    await delay(rampSeconds * 1000, undefined, { signal });
    const before = times();
    const beganAt = performance.now();
    await delay(seconds * 1000, undefined, { signal });
    const tookSeconds = (performance.now() - beganAt) / 1000;
    const cpuMs = cpuPerCall(before, times(), callsPerSecond * tookSeconds);
    await underWay.hangUp();
    return cpuMs;
  };
  const [load, cpuMs] = await Promise.all([underWay.result, during()]);
  await untilQuiet(lab, signal);
  return {
    load: { ...load, setUpMs: load.setUpMs.slice(Math.round(callsPerSecond * rampSeconds)) },
    cpuMs,
    rtp: null,
  };
};
