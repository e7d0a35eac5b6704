import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { asteriskCli, type LabAddresses } from "../../../lab/lab.ts";
import { callFile } from "../../../lab/layout.ts";
import { type Callees, startCallees } from "../../../lab/parties/callees.ts";
import { type Callers, startCallers } from "../../../lab/parties/callers.ts";
import {
  type Away,
  type CallSeen,
  judgeRun,
  type RecordSeen,
  type Verdict,
} from "../../../lab/parties/verdict.ts";
import { Random } from "../../../lab/simulated/random.ts";
import { createStore } from "../../../src/store/store.ts";
import { silentLogger } from "../silentLogger.ts";
import { until } from "../until.ts";
import { Controllers } from "./controllers.ts";
import { MixedLoad } from "./load.ts";
import { faultNumbers, forgetNumbers, recordsOfCalls, storeNumbers } from "./records.ts";
import { SmallDisk } from "./smallDisk.ts";

/** A promised deadline is asserted at three times its value; the true figures are reported. */
const asserted = { silenceMs: 9_000, releaseMs: 3_000, talkSeconds: 1 } as const;
/** Records are written some time after the calls. Those missing after this time are lost. */
const recordsWithinMs = 90_000;

interface LoadPlan {
  readonly callsPerSecond: number;
  readonly talkMs: readonly [number, number];
  readonly answeredOnly?: boolean;
}

export interface FaultSystemOptions {
  readonly seed: number;
  readonly controllers: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** The calls of a load as their parties saw them, and the comparison with their records. */
export interface Judged {
  readonly calls: readonly CallSeen[];
  readonly records: readonly RecordSeen[];
  /** Records without a call. */
  readonly strays: readonly RecordSeen[];
  readonly verdict: Verdict;
}

/** Real controllers, a real Asterisk, MySQL, and Redis, and parties on both sides that log what they see. */
export class FaultSystem {
  readonly lab: LabAddresses;
  readonly random: Random;
  readonly controllers: Controllers;
  readonly #folder = mkdtempSync(join(tmpdir(), "phone-proxy-faults-"));
  /** Every run has callers of its own, so that its records can be distinguished from older ones. */
  #firstCaller = randomInt(8_000_000);
  #callers!: Callers;
  #callees!: Callees;
  #callDisk: SmallDisk | null = null;
  #load: MixedLoad | null = null;
  #away: Away[] = [];
  #linesAway: Away[] = [];
  readonly #everyCaller = new Set<string>();

  private constructor(lab: LabAddresses, { seed, settings = {} }: FaultSystemOptions) {
    this.lab = lab;
    this.random = new Random(seed);
    this.controllers = new Controllers({ lab, folder: this.#folder, settings });
  }

  static async start(lab: LabAddresses, options: FaultSystemOptions): Promise<FaultSystem> {
    const system = new FaultSystem(lab, options);
    const { host, port } = lab.outboundProvider;
    system.#callers = await startCallers({ target: lab.sip, host: lab.inboundProvider.host });
    system.#callees = await startCallees({
      host,
      port,
      planOf: (number) =>
        system.#load?.planOf(number) ?? { provisional: null, final: { code: 404, afterMs: 0 }, talkMs: null },
    });
    try {
      await createTables(lab);
      await storeNumbers(lab.mysql.url);
      system.#callDisk = await SmallDisk.below(dirname(callFile()), "8m");
      for (let index = 0; index < options.controllers; index += 1) await system.controllers.start(index);
      await system.up();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** Resolves when everything works. */
  async up(): Promise<void> {
    await until(() => this.controllers.areUp(), { timeoutMs: 120_000, everyMs: 100 });
  }

  /** The disk below Asterisk's call file. */
  get callDisk(): SmallDisk {
    if (this.#callDisk === null) throw new Error("The system has not been started.");
    return this.#callDisk;
  }

  /** Keeps Asterisk from writing the line about the end of a call. Returns a function that ends this. */
  fillCallDisk(): () => void {
    const fromMs = Date.now();
    const outage = { fromMs, untilMs: Number.POSITIVE_INFINITY };
    this.#linesAway.push(outage);
    this.callDisk.fill();
    return () => {
      this.callDisk.free();
      outage.untilMs = Date.now();
    };
  }

  asteriskDies(): void {
    this.#away.push({ fromMs: Date.now(), untilMs: Number.POSITIVE_INFINITY });
  }

  asteriskIsDead(): void {
    this.#callers.lineDied();
    this.#callees.lineDied();
  }

  asteriskIsBack(): void {
    this.#away = this.#away.map((one) => ({ ...one, untilMs: Math.min(one.untilMs, Date.now()) }));
  }

  get placed(): number {
    return this.#load?.placed ?? 0;
  }

  beginLoad(plan: LoadPlan): void {
    this.#away = [];
    this.#linesAway = [];
    this.#load = new MixedLoad({
      callers: this.#callers,
      numbers: faultNumbers,
      random: this.random,
      firstCaller: this.#firstCaller,
      ...plan,
    });
    this.#load.start();
  }

  /** This many conversations and no further calls. */
  async converse(calls: number, talkMs: readonly [number, number]): Promise<void> {
    this.beginLoad({ callsPerSecond: 20, talkMs, answeredOnly: true });
    await until(() => this.placed >= calls, { timeoutMs: 60_000 });
    this.#load?.stop();
    await until(() => this.#callers.answered() >= calls);
  }

  /** No further calls; resolves when those under way are over for both parties. */
  async callsOver(): Promise<readonly CallSeen[]> {
    const load = this.#load;
    if (load === null) throw new Error("There is no load.");
    load.stop();
    return load.over(() => this.#callees.legs);
  }

  /** No further calls; resolves, when those under way are over and recorded, with the comparison of both. */
  async endLoad(): Promise<Judged> {
    const calls = await this.callsOver();
    this.#firstCaller += this.placed;
    const callers = new Set(calls.map(({ caller }) => caller.from));
    for (const caller of callers) this.#everyCaller.add(caller);
    let records: RecordSeen[] = [];
    let strays: RecordSeen[] = [];
    let verdict = judgeRun(calls, records, this.#limits);
    await until(
      async () => {
        const all = await recordsOfCalls(this.lab.mysql.url);
        records = all.filter(({ caller }) => callers.has(caller));
        strays = all.filter(({ caller }) => !this.#everyCaller.has(caller));
        verdict = judgeRun(calls, records, this.#limits);
        // Asterisk's line may correct a record a moment later.
        return !verdict.findings.some(({ kind }) => kind === "lost" || kind === "wrong");
      },
      { timeoutMs: recordsWithinMs, everyMs: 500 },
    ).catch(() => undefined);
    return { calls, records, strays, verdict };
  }

  get #limits() {
    return { ...asserted, asteriskAway: this.#away, linesAway: this.#linesAway };
  }

  /** No channel and no bridge is left in Asterisk. */
  async nothingLeft(): Promise<void> {
    await until(async () => /^0 active channels/mu.test(await asteriskCli("core show channels count")), {
      everyMs: 100,
    });
    const bridges = await asteriskCli("bridge show all");
    if (/\.bridge/u.test(bridges)) throw new Error(`A bridge is left:\n${bridges}`);
  }

  async stop(): Promise<void> {
    this.#load?.stop();
    await this.controllers.stop();
    this.#callers.close();
    this.#callees.close();
    await this.#callDisk?.remove();
    // A commit may still wait for MySQL's disk. The next start forgets them as well.
    await forgetNumbers(this.lab.mysql.url).catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function createTables(lab: LabAddresses): Promise<void> {
  const store = createStore({
    address: { kind: "mysql", url: lab.mysql.url, migrationsUrl: lab.mysql.migrationsUrl, poolSize: 1 },
    logger: silentLogger,
  });
  store.open();
  await store.ready();
  await store.close();
}
