import type { BenchmarkChild } from "../support/child.ts";
import { changeSettings, untilQuiet } from "./asterisk.ts";
import { outboundTrunk, startOurs, startPeer, stopOurs } from "./controllers.ts";
import { climb, type Climb, judge } from "./ladder.ts";
import { type Bench, type Measured, measure, type Pace, type Subject } from "./measure.ts";
import type { CallsOptions } from "./options.ts";
import { totalOf } from "./processes.ts";
import { type Session, sessionsOfClimbs, sessionsOfRound } from "./sessions.ts";
import { type Case, caseName, hasRecords } from "./variants.ts";

interface World {
  readonly bench: Bench;
  /** The application's own folder, the same for each start. */
  readonly folder: string;
  readonly progress: (line: string) => void;
}

interface Running extends Pick<Session, "trunks" | "ours"> {
  readonly application: BenchmarkChild | null;
}

/** Node compiles what runs often: a controller that has just started costs several times as much. */
const WARM_UP = { callsPerSecond: 60, seconds: 8 };
/** Asterisk and MySQL only need to have seen such a call. */
const FIRST_CALLS = { callsPerSecond: 20, seconds: 2 };

/** Places the calls of each case, with the controllers that it needs. */
export class Rounds {
  readonly #world: World;
  readonly #options: CallsOptions;
  /** Processes, and cases without a controller. */
  readonly #warm = new Set<number | string>();
  #peer: BenchmarkChild | null = null;
  #running: Running | null = null;
  #recorded = 0;

  constructor(world: World, options: CallsOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** How many of the calls so far should have a record. */
  get recorded(): number {
    return this.#recorded;
  }

  async stop(): Promise<void> {
    await this.#stopOurs();
    await this.#peer?.stop();
  }

  /** All rounds; for each case what was measured in each. */
  async steady(cases: readonly Case[]): Promise<ReadonlyMap<string, readonly Measured[]>> {
    const { rate, rounds, roundSeconds, talkSeconds, live, rtp } = this.#options;
    const pace: Pace = { callsPerSecond: rate, seconds: roundSeconds, talkSeconds, live, rtp };
    const results = new Map<string, Measured[]>(cases.map((one) => [caseName(one), []]));
    for (let round = 1; round <= rounds; round++)
      for (const session of sessionsOfRound(cases, round))
        await this.#within(session, async (subjects) => {
          for (const subject of subjects)
            results.get(caseName(subject.case))?.push(await this.#run(subject, pace, `round ${round}`));
        });
    return results;
  }

  /** The highest sustained rate of each case; null without rising rates. */
  async climbs(cases: readonly Case[]): Promise<ReadonlyMap<string, Climb> | null> {
    const { rates, stepSeconds, talkSeconds } = this.#options;
    if (rates.length === 0) return null;
    const results = new Map<string, Climb>();
    for (const session of sessionsOfClimbs(cases))
      await this.#within(session, async (subjects) => {
        const byName = new Map(subjects.map((subject) => [caseName(subject.case), subject]));
        const climbs = await climb([...byName.keys()], rates, async (name, callsPerSecond, attempt) => {
          const subject = byName.get(name);
          if (subject === undefined) throw new Error(`${name} was not started.`);
          const pace = { callsPerSecond, seconds: stepSeconds, talkSeconds, live: false, rtp: false };
          const { load } = await this.#run(subject, pace, `attempt ${attempt}`);
          return judge(callsPerSecond, attempt, load);
        });
        for (const [name, result] of climbs) results.set(name, result);
      });
    return results;
  }

  /** Starts what the session needs, unless it is running, and warms it up. */
  async #within(session: Session, work: (subjects: readonly Subject[]) => Promise<void>): Promise<void> {
    const application = await this.#prepare(session);
    const subjects: Subject[] = [];
    for (const one of session.cases)
      subjects.push({ case: one, controller: await this.#controllerOf(one, application) });
    for (const subject of subjects) await this.#warmUp(subject);
    await work(subjects);
  }

  async #prepare({ trunks, ours }: Session): Promise<BenchmarkChild | null> {
    const { bench, folder } = this.#world;
    const { lab } = bench;
    if (this.#running?.trunks === trunks && this.#running.ours === ours) return this.#running.application;
    await this.#stopOurs();
    if (ours === "none") {
      await changeSettings(lab, {
        CONNECT: "dial",
        TRUNK_1: outboundTrunk[trunks],
        TRUNK_1_WAYS: trunks === "whole" ? "0" : "10",
      });
      this.#running = { trunks, ours, application: null };
      return null;
    }
    const application = await startOurs(lab, folder, ours, trunks);
    this.#running = { trunks, ours, application };
    return application;
  }

  async #stopOurs(): Promise<void> {
    const application = this.#running?.application ?? null;
    this.#running = null;
    if (application !== null) await stopOurs(this.#world.bench.lab, application);
  }

  async #controllerOf(one: Case, application: BenchmarkChild | null): Promise<BenchmarkChild | null> {
    switch (one.variant) {
      case "dial":
      case "bridge":
        return application;
      case "ariClient":
        // It is idle without calls of its own, so it keeps running.
        return (this.#peer ??= await startPeer(this.#world.bench.lab));
      default:
        return null;
    }
  }

  async #warmUp(subject: Subject): Promise<void> {
    const { controller } = subject;
    const what = controller === null ? caseName(subject.case) : controller.pid;
    if (this.#warm.has(what)) return;
    this.#warm.add(what);
    const pace = controller === null ? FIRST_CALLS : WARM_UP;
    await this.#run(subject, { ...pace, talkSeconds: 1, live: false, rtp: false }, "warm-up");
  }

  async #run(subject: Subject, pace: Pace, label: string): Promise<Measured> {
    const { bench, progress } = this.#world;
    await untilQuiet(bench.lab, bench.signal);
    const measured = await measure(bench, subject, pace);
    if (hasRecords(subject.case.variant)) this.#recorded += measured.load.calls;
    const rate = String(pace.callsPerSecond).padStart(4);
    progress(`${caseName(subject.case).padEnd(15)} ${rate}/s  ${label.padEnd(9)}  ${inShort(measured)}`);
    return measured;
  }
}

const inShort = ({ load, cpuMs, rtp }: Measured): string => {
  const { p50Ms, p95Ms, p99Ms } = judge(0, 1, load);
  const times = [p50Ms, p95Ms, p99Ms].map((value) => value.toFixed(1)).join(" / ");
  const parts = Object.entries(cpuMs)
    .map(([name, value]: [string, number | null]) => `${name} ${value?.toFixed(2) ?? "–"}`)
    .join(", ");
  const audio =
    rtp === null
      ? ""
      : `; ${rtp.receivedPerCall.toFixed(0)} packets received, ${rtp.lostPerCall.toFixed(2)} lost, ${(rtp.nativeShare * 100).toFixed(0)} % native`;
  return `${times} ms, ${load.failed} failed, total ${totalOf(cpuMs).toFixed(2)} ms (${parts})${audio}`;
};
