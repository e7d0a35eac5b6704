import type { SimulatedCall } from "./call.ts";
import type { CalleeScript } from "./scripts.ts";
import { calleeScript } from "./scripts.ts";
import type { SimulatedAsterisk } from "./index.ts";

export interface LoadOptions {
  /** Calls per second, whatever their outcome (open loop); or `concurrent`. */
  readonly rate: number | null;
  /** Calls at a time; the end of one starts the next (closed loop). */
  readonly concurrent: number;
  /** Ends after this many calls … */
  readonly calls: number;
  /** … or after this many seconds. */
  readonly seconds: number;
  readonly answerMs: number;
  /** From the answer to the hangup, by caller and callee in turn. */
  readonly holdMs: number;
  /** The first dialled number, and how many follow it. */
  readonly firstNumber: bigint;
  readonly numbers: number;
  /** A call that has not ended by then has failed. */
  readonly callTimeoutMs: number;
}

/** Stable names: the benchmark reads them. Times in milliseconds. */
interface LoadReport {
  readonly placed: number;
  readonly completed: number;
  readonly failed: number;
  /** Failures by what the caller saw: final code, `dialplan`, or `timeout`. */
  readonly failures: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly callsPerSecond: number;
  /** From INVITE to 200 at the caller. */
  readonly setUpMs: Readonly<Record<"p50" | "p95" | "p99" | "max", number>>;
  /** Left in Asterisk after the last call. */
  readonly leftover: { readonly channels: number; readonly bridges: number; readonly calls: number };
  readonly requests: number;
  readonly simulatorCpuMsPerCall: number;
}

/** What a callee does under load. The caller ends the other half of the calls. */
export function calleeUnderLoad(
  options: Pick<LoadOptions, "answerMs" | "holdMs">,
): (number: string, call: SimulatedCall | null) => CalleeScript {
  const waits = calleeScript({ rings: 0, answers: options.answerMs });
  const hangsUp = calleeScript({ rings: 0, answers: options.answerMs, hangsUpAfter: options.holdMs });
  return (_number, call) => (call?.from.endsWith("1") ? hangsUp : waits);
}

const sweepEveryMs = 500;

/** Places calls to a simulated Asterisk and counts their outcomes. */
export class Load {
  readonly #asterisk: SimulatedAsterisk;
  readonly #options: LoadOptions;
  readonly #open = new Set<SimulatedCall>();
  readonly #failures = new Map<string, number>();
  readonly #setUpMs: number[] = [];
  #placed = 0;
  #completed = 0;
  #startedAtMs = 0;
  #endedAtMs = 0;
  #cpu = process.cpuUsage();
  #stopping = false;
  #finish: (() => void) | null = null;

  constructor(asterisk: SimulatedAsterisk, options: LoadOptions) {
    this.#asterisk = asterisk;
    this.#options = options;
    asterisk.onCallEnded((call) => this.#ended(call));
  }

  /** Runs until enough calls are over. */
  async run(): Promise<void> {
    const { rate, concurrent } = this.#options;
    this.#startedAtMs = performance.now();
    this.#cpu = process.cpuUsage();
    const sweep = setInterval(() => this.#sweep(), sweepEveryMs);
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    if (rate === null) for (let index = 0; index < concurrent; index++) this.#place();
    else this.#keepRate(rate);
    await finished;
    clearInterval(sweep);
    this.#endedAtMs = performance.now();
    await this.#settle();
  }

  /** Places no new calls; `run` ends when those in progress have. */
  stop(): void {
    this.#stopping = true;
    this.#finishWhenDone();
  }

  report(): LoadReport {
    const seconds = ((this.#endedAtMs || performance.now()) - this.#startedAtMs) / 1000;
    const times = this.#setUpMs.toSorted((one, other) => one - other);
    const at = (share: number): number =>
      Math.round((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 100) / 100;
    const { user, system } = process.cpuUsage(this.#cpu);
    const failed = [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
    return {
      placed: this.#placed,
      completed: this.#completed,
      failed,
      failures: Object.fromEntries(this.#failures),
      seconds: Math.round(seconds * 1000) / 1000,
      callsPerSecond: Math.round(this.#completed / seconds),
      setUpMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
      leftover: {
        channels: this.#asterisk.channels.length,
        bridges: this.#asterisk.bridges.length,
        calls: this.#open.size,
      },
      requests: this.#asterisk.requestCount,
      simulatorCpuMsPerCall: Math.round((user + system) / Math.max(1, this.#placed)) / 1000,
    };
  }

  get #enough(): boolean {
    return (
      this.#stopping ||
      this.#placed >= this.#options.calls ||
      performance.now() - this.#startedAtMs >= this.#options.seconds * 1000
    );
  }

  #keepRate(rate: number): void {
    const due = Math.floor(((performance.now() - this.#startedAtMs) / 1000) * rate);
    while (this.#placed < due && !this.#enough) this.#place();
    if (this.#enough) this.#finishWhenDone();
    else setTimeout(() => this.#keepRate(rate), 1);
  }

  #place(): void {
    const { firstNumber, numbers, holdMs } = this.#options;
    const index = this.#placed++;
    const callerEnds = index % 2 === 0;
    const startedAtMs = performance.now();
    const call = this.#asterisk.call({
      from: callerEnds ? "79995550000" : "79995550001",
      to: String(firstNumber + BigInt(index % numbers)),
      ...(callerEnds && { caller: { hangsUp: { on: 200, afterMs: holdMs } } }),
    });
    if (call.ended) return;
    this.#open.add(call);
    call.onResponse = (code) => {
      if (code === 200) this.#setUpMs.push(performance.now() - startedAtMs);
    };
  }

  #ended(call: SimulatedCall): void {
    this.#open.delete(call);
    if (call.dialplan.length > 0) this.#fail("dialplan");
    else if (call.answeredAtMs === null) this.#fail(String(call.final ?? "none"));
    else this.#completed++;
    if (this.#enough) this.#finishWhenDone();
    // One turn later, so that the legs of this call are taken down before the next one begins.
    else if (this.#options.rate === null) setImmediate(() => this.#next());
  }

  #next(): void {
    if (this.#enough) this.#finishWhenDone();
    else this.#place();
  }

  #fail(why: string): void {
    this.#failures.set(why, (this.#failures.get(why) ?? 0) + 1);
  }

  /** Gives up calls that take too long. */
  #sweep(): void {
    const nowMs = Date.now();
    for (const call of this.#open) {
      if (nowMs - call.startedAtMs < this.#options.callTimeoutMs) continue;
      this.#open.delete(call);
      this.#fail("timeout");
    }
    if (this.#enough) this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (this.#open.size === 0) this.#finish?.();
  }

  /** The controller may still be taking down its last legs. */
  async #settle(): Promise<void> {
    const deadlineMs = performance.now() + 5_000;
    while (
      (this.#asterisk.channels.length > 0 || this.#asterisk.bridges.length > 0) &&
      performance.now() < deadlineMs
    )
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
  }
}
