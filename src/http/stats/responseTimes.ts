import { healthPaths } from "../server/healthPaths.ts";

/** Upper bounds of the classes in milliseconds, each about a third above the previous one. */
const bounds = Array.from({ length: 48 }, (_, index) => 0.1 * 1.35 ** index);

interface Minute {
  readonly startMs: number;
  requests: number;
  errors: number;
  readonly classes: number[];
}

interface ResponseFigures {
  readonly requests: number;
  /** Answered with a status of 500 or more. */
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

const minuteMs = 60_000;

const probes: ReadonlySet<string> = new Set([...healthPaths, "/metrics"]);

/** Response times of the last hour by minute, in bounded memory. */
export class ResponseTimes {
  readonly windowMs = 3_600_000;
  readonly #nowMs: () => number;
  #minutes: Minute[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Probes are excluded: no user waits for them, and their 503 is not our error. */
  observe(route: string, status: number, tookMs: number): void {
    if (probes.has(route)) return;
    const startMs = Math.floor(this.#nowMs() / minuteMs) * minuteMs;
    let minute = this.#minutes.at(-1);
    if (minute?.startMs !== startMs) {
      minute = { startMs, requests: 0, errors: 0, classes: bounds.map(() => 0) };
      this.#minutes = [...this.#minutes.filter((old) => old.startMs > startMs - this.windowMs), minute];
    }
    minute.requests += 1;
    if (status >= 500) minute.errors += 1;
    const found = bounds.findIndex((bound) => tookMs <= bound);
    const index = found === -1 ? bounds.length - 1 : found;
    minute.classes[index] = (minute.classes[index] ?? 0) + 1;
  }

  /** Of the whole hour. */
  total(): ResponseFigures {
    return figuresOf(this.#recent());
  }

  /** For each minute with requests, oldest first. */
  series(): readonly (ResponseFigures & { readonly atMs: number })[] {
    return this.#recent().map((minute) => ({ atMs: minute.startMs, ...figuresOf([minute]) }));
  }

  #recent(): readonly Minute[] {
    const sinceMs = this.#nowMs() - this.windowMs;
    return this.#minutes.filter(({ startMs }) => startMs > sinceMs);
  }
}

function figuresOf(minutes: readonly Minute[]): ResponseFigures {
  const requests = minutes.reduce((sum, minute) => sum + minute.requests, 0);
  const percentile = (share: number): number | null => {
    let left = share * requests;
    for (const [index, bound] of bounds.entries()) {
      for (const minute of minutes) left -= minute.classes[index] ?? 0;
      if (left <= 0 && requests > 0) return Number(bound.toPrecision(3));
    }
    return null;
  };
  return {
    requests,
    errors: minutes.reduce((sum, minute) => sum + minute.errors, 0),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
  };
}
