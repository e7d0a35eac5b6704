import { type Carrier, carrierOf, operationOf } from "../../src/ari/carrier.ts";
import { AriError, refusal } from "../../src/ari/errors.ts";
import type { AriErrorCode } from "../../src/ari/errors.ts";
import type { AriRequest, RequestOptions } from "../../src/ari/types.ts";
import type { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import type { Requests } from "./requests.ts";
import type { RestRequest } from "./router.ts";
import type { Cancel, Scheduler } from "./scheduler.ts";
import type { Session } from "./session.ts";
import type { World } from "./world.ts";

interface Pending {
  readonly request: AriRequest;
  readonly askedMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AriError) => void;
  stopTimer: Cancel;
  settled: boolean;
}

/** A command socket: one request at a time. */
interface Line {
  readonly waiting: Pending[];
  busy: boolean;
}

/** Around the body of an answer, in its frame. */
const envelope = " ".repeat(300);

/**
 * The command sockets and HTTP connections of one session of the client without sockets. Every request settles, and
 * takes the same way as with sockets.
 */
export class Lines {
  readonly #world: World;
  readonly #requests: Requests;
  readonly #timers: Scheduler;
  readonly #session: Session;
  readonly #inbox: Inbox;
  readonly #onMalformed: () => void;
  readonly #onAnswer: (asterisksMs: number, askedMs: number) => void;
  readonly #lines: readonly Line[];
  readonly #pending = new Set<Pending>();
  readonly #outbox: Outbox<() => void>;
  #next = 0;

  constructor(
    parts: { readonly world: World; readonly requests: Requests },
    timers: Scheduler,
    session: Session,
    sockets: number,
    inbox: Inbox,
    onMalformed: () => void,
    onAnswer: (asterisksMs: number, askedMs: number) => void,
  ) {
    this.#world = parts.world;
    this.#onAnswer = onAnswer;
    this.#requests = parts.requests;
    this.#timers = timers;
    this.#session = session;
    this.#inbox = inbox;
    this.#onMalformed = onMalformed;
    this.#lines = Array.from({ length: sockets }, () => ({ waiting: [], busy: false }));
    this.#outbox = new Outbox(parts.world.scheduler, (arrive) => arrive());
  }

  send(request: AriRequest, { lane }: RequestOptions, timeoutMs: number, askedMs: number): Promise<unknown> {
    return new Promise<unknown>((resolve, reject) => {
      const stopTimer = (): void => undefined;
      const pending: Pending = { request, askedMs, resolve, reject, stopTimer, settled: false };
      pending.stopTimer = this.#timers.after(timeoutMs, () =>
        this.#fail(pending, new AriError("ARI_TIMEOUT", "no answer in time", request)),
      );
      this.#pending.add(pending);
      if (carrierOf(operationOf(request)) === "http") {
        if (lane === undefined) return this.#execute(pending, "http", () => undefined);
        return this.#fail(pending, new AriError("ARI_TOO_LARGE", "it has no place in a lane", request));
      }
      const index = lane === undefined ? this.#next++ : hash(lane);
      const line = this.#lines[index % this.#lines.length];
      if (!line) throw new RangeError("A client needs at least one command socket");
      line.waiting.push(pending);
      this.#work(line);
    });
  }

  /** The connection is gone: pending requests will not be answered. */
  failAll(code: AriErrorCode, words: string): void {
    for (const pending of this.#pending) this.#fail(pending, new AriError(code, words, pending.request));
  }

  #work(line: Line): void {
    if (line.busy || this.#session.closed || this.#session.halfOpen) return;
    const pending = line.waiting.shift();
    if (!pending) return;
    line.busy = true;
    this.#execute(pending, "frame", () => {
      line.busy = false;
      this.#work(line);
    });
  }

  #execute(pending: Pending, carrier: Carrier, done: () => void): void {
    if (this.#session.closed || this.#session.halfOpen) return;
    this.#requests.execute(
      restOf(pending.request),
      (reply, fault) => {
        const asterisksMs = this.#world.scheduler.nowMs();
        const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
        // In a frame the body is text within JSON.
        if (carrier === "frame" && !this.#world.survivesFrame(JSON.stringify(text) + envelope)) return;
        this.#outbox.post(
          () =>
            this.#inbox.post(() => {
              if (!this.#session.halfOpen) this.#onAnswer(asterisksMs, pending.askedMs);
              this.#answered(pending, reply.status, text, fault?.do === "malformed");
            }),
          "responses",
          this.#requests.responseMs,
          fault,
        );
      },
      done,
    );
  }

  #answered(pending: Pending, status: number, text: string, malformed: boolean): void {
    if (pending.settled || this.#session.halfOpen) return;
    if (malformed) {
      this.#onMalformed();
      return;
    }
    const { method, path } = pending.request;
    if (status >= 400) {
      this.#fail(pending, refusal(method, path, status, text));
      return;
    }
    this.#settle(pending);
    pending.resolve(text === "" ? undefined : JSON.parse(text));
  }

  #fail(pending: Pending, error: AriError): void {
    if (pending.settled) return;
    this.#settle(pending);
    pending.reject(error);
  }

  #settle(pending: Pending): void {
    pending.settled = true;
    pending.stopTimer();
    this.#pending.delete(pending);
  }
}

function restOf({ method, path, query = {}, body }: AriRequest): RestRequest {
  const values = new Map(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const copy: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  return { method, path, query: values, body: copy };
}

function hash(text: string): number {
  let value = 7;
  for (let index = 0; index < text.length; index++)
    value = (Math.imul(value, 31) + text.charCodeAt(index)) >>> 0;
  return value;
}
