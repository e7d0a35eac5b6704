import { setPatientTimer } from "../ops/patientTimer.ts";
import type { SteadyClock } from "../ops/types.ts";
import type { AsteriskTime, ClockReading } from "./asteriskTime.ts";
import { AriError, refusal } from "./errors.ts";
import type { AriObserver, RequestOutcome } from "./options.ts";
import type { AriRequest } from "./types.ts";

/** The caller waiting for the answer. */
interface Waiter {
  resolve(value: unknown): void;
  reject(error: AriError): void;
}

/** One pending request, independent of the transport. */
export interface Exchange {
  readonly id: number;
  readonly method: AriRequest["method"];
  readonly path: string;
  /** `path` and query, relative to `/ari`. */
  readonly target: string;
  readonly body: string | undefined;
  readonly lane: string | undefined;
  /** On our steady clock. */
  readonly sentMs: number;
  readonly deadlineTick: number;
  readonly waiter: Waiter;
  /** Set by a transport that can cancel the request. */
  abandon: (() => void) | undefined;
}

const tickMs = 100;

/**
 * All pending requests of one connection. A single timer serves them all. It counts ticks, so neither a clock jump
 * nor a suspended process makes every request time out at once, and a late tick is not counted before the sockets
 * have been read.
 */
export class Exchanges {
  readonly #clock: SteadyClock;
  readonly #observer: AriObserver;
  readonly #time: AsteriskTime;
  readonly #underWay = new Map<number, Exchange>();
  #lastId = 0;
  #tick = 0;
  #watching = false;

  /** Answers update `time`, the estimate of Asterisk's clock. */
  constructor(clock: SteadyClock, observer: AriObserver, time: AsteriskTime) {
    this.#clock = clock;
    this.#observer = observer;
    this.#time = time;
  }

  begin(request: AriRequest, lane: string | undefined, timeoutMs: number, waiter: Waiter): Exchange {
    const exchange: Exchange = {
      id: ++this.#lastId,
      method: request.method,
      path: request.path,
      target: request.query === undefined ? request.path : withQuery(request.path, request.query),
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      lane,
      sentMs: this.#clock.steadyMs(),
      deadlineTick: this.#tick + Math.ceil(timeoutMs / tickMs) + 1,
      waiter,
      abandon: undefined,
    };
    this.#underWay.set(exchange.id, exchange);
    if (!this.#watching) this.#watch();
    return exchange;
  }

  isUnderWay(exchange: Exchange): boolean {
    return this.#underWay.has(exchange.id);
  }

  /**
   * `body`: text, or the items of a list that is already parsed. `reading`: Asterisk's clock according to the
   * answer.
   */
  answer(id: number, status: number, body: string | readonly unknown[], reading: ClockReading | null): void {
    const exchange = this.#take(id);
    if (exchange === undefined) return this.#observer.count("lateAnswer");
    if (reading !== null) this.#time.answered(reading, exchange.sentMs, this.#clock.steadyMs());
    if (status < 200 || status > 299) {
      this.#ended(exchange, "refused");
      const text = typeof body === "string" ? body : "";
      return exchange.waiter.reject(refusal(exchange.method, exchange.path, status, text));
    }
    let value: unknown;
    try {
      value = typeof body !== "string" ? body : body === "" ? undefined : JSON.parse(body);
    } catch (cause) {
      this.#ended(exchange, "failed");
      return exchange.waiter.reject(
        new AriError("ARI_MALFORMED", "the answer is not JSON", { ...exchange, status, cause }),
      );
    }
    this.#ended(exchange, "ok");
    exchange.waiter.resolve(value);
  }

  fail(exchange: Exchange, error: AriError): void {
    if (this.#take(exchange.id) === undefined) return;
    this.#ended(exchange, error.code === "ARI_TIMEOUT" ? "timeout" : "failed");
    exchange.waiter.reject(error);
    exchange.abandon?.();
  }

  /** The connection is lost, so no answers will arrive. */
  failAll(reason: AriError): void {
    for (const exchange of this.#underWay.values()) {
      this.fail(exchange, new AriError(reason.code, reason.message, { ...exchange, cause: reason }));
    }
  }

  #take(id: number): Exchange | undefined {
    const exchange = this.#underWay.get(id);
    if (exchange !== undefined) this.#underWay.delete(id);
    return exchange;
  }

  #ended(exchange: Exchange, outcome: RequestOutcome): void {
    this.#observer.requestEnded(outcome, this.#clock.steadyMs() - exchange.sentMs);
  }

  #watch(): void {
    this.#watching = true;
    setPatientTimer(this.#clock, this.#sweep, tickMs);
  }

  readonly #sweep = (): void => {
    this.#tick += 1;
    for (const exchange of this.#underWay.values()) {
      if (exchange.deadlineTick > this.#tick) continue;
      this.fail(exchange, new AriError("ARI_TIMEOUT", "no answer in time", exchange));
    }
    // Nothing is pending: the next request restarts the timer.
    this.#watching = false;
    if (this.#underWay.size > 0) this.#watch();
  };
}

function withQuery(path: string, query: NonNullable<AriRequest["query"]>): string {
  let target = path;
  let separator = "?";
  for (const name in query) {
    target += `${separator}${name}=${encodeURIComponent(query[name] ?? "")}`;
    separator = "&";
  }
  return target;
}
