import type { Clock, Logger, TimerHandle } from "../ops/types.ts";
import { isBoundedEvent } from "./carrier.ts";
import { AriError } from "./errors.ts";
import { withDefaults } from "./options.ts";
import type { AriConnectionOptions, SettledOptions } from "./options.ts";
import { inWords } from "./remedies.ts";
import { Session } from "./session.ts";
import type { SessionInfo } from "./session.ts";
import type {
  AriAddress,
  AriConnection,
  AriListener,
  AriRequest,
  AriRequester,
  AriState,
  AriStatus,
} from "./types.ts";
import { firstSafeVersion, isBelow, parseVersion } from "./version.ts";

/** Not immediate: Asterisk is still releasing the old sockets and the application. */
const firstRetryMs = 150;
const longestRetryMs = 10_000;
/** A connection that lasted this long resets the failure count. */
const steadyMs = 2_000;

/**
 * A connection to one Asterisk that always reconnects: immediately, then after about 0.15, 0.3, 0.6 … at most 10 s,
 * with jitter so that controllers do not reconnect in lockstep.
 *
 * When another controller takes over the application (`ApplicationReplaced`), this one stops and takes the
 * application back only when `open()` is called again. If both reconnected, they would take it from each other
 * forever. `calls/active` decides which of them is active.
 */
export function createAriConnection(address: AriAddress, options: AriConnectionOptions): AriConnection {
  const unbounded = options.events.filter((type) => !isBoundedEvent(type));
  if (unbounded.length > 0)
    throw new RangeError(`Events of unbounded size can crash Asterisk: ${unbounded.join(", ")}.`);
  return new Connection(address, options);
}

class Connection implements AriConnection {
  readonly name: string;
  readonly application: string;
  readonly #address: AriAddress;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #options: SettledOptions;
  readonly #listeners: AriListener[] = [];
  #status: AriStatus;
  #session: Session | null = null;
  #heardMs: number | null = null;
  #retryTimer: TimerHandle | null = null;
  #failures = 0;

  constructor(address: AriAddress, options: AriConnectionOptions) {
    this.name = address.name;
    this.application = address.application;
    this.#address = address;
    this.#logger = options.logger.child({ asterisk: address.name });
    this.#options = withDefaults(options);
    this.#clock = options.clock;
    this.#status = {
      state: "closed",
      transport: null,
      version: null,
      systemName: null,
      sinceMs: this.#clock.nowMs(),
      lastError: null,
    };
  }

  get status(): AriStatus {
    return this.#status;
  }

  readonly request: AriRequester = (request, options) => {
    const session = this.#session;
    if (session === null || this.#status.state !== "connected")
      return Promise.reject(this.#notConnected(request));
    if (!this.#options.mayAct())
      return Promise.reject(new AriError("ARI_REPLACED", "another controller may have taken over", request));
    return session.request(request, options);
  };

  caughtUp(): Promise<void> {
    return this.#session?.caughtUp() ?? Promise.resolve();
  }

  momentOf(timestamp: string): number | null {
    return this.#session?.momentOf(timestamp) ?? null;
  }

  get heardMs(): number | null {
    return this.#session?.heardMs ?? this.#heardMs;
  }

  listen(listener: AriListener): void {
    this.#listeners.push(listener);
    if (this.#status.state === "connected") this.#tell(() => listener.connected());
  }

  open(): void {
    if (this.#status.state === "connecting" || this.#status.state === "connected") return;
    this.#failures = 0;
    this.#setState("connecting", { lastError: null });
    this.#connect();
  }

  standBy(): void {
    if (this.#status.state === "replaced") return;
    const words = `another controller has taken over the application "${this.application}"`;
    void this.#leave("replaced", new AriError("ARI_REPLACED", words));
  }

  async close(): Promise<void> {
    if (this.#status.state === "closed") return;
    await this.#leave("closed", new AriError("ARI_CLOSED", "the connection was closed"));
  }

  #connect(): void {
    this.#retryTimer = null;
    const session: Session = new Session(this.#address, this.#options, {
      event: (event, happenedMs) => {
        for (const listener of this.#listeners) {
          try {
            listener.event(event, happenedMs);
          } catch (error) {
            this.#threw(error);
          }
        }
      },
      replaced: () => this.#replaced(),
      lost: (error) => this.#retry(session, error),
    });
    this.#session = session;
    session.open().then(
      (info) => this.#connected(session, info),
      (error: unknown) => this.#retry(session, error),
    );
  }

  #connected(session: Session, info: SessionInfo): void {
    if (this.#session !== session) return;
    this.#setState("connected", { ...info, lastError: null });
    this.#logger.info("Connected to Asterisk", { ...info });
    const version = parseVersion(info.version);
    if (version === null) {
      this.#logger.warn(
        "This Asterisk does not report its version: make sure it is 18.0.0 or later, because older versions do not keep numbers hidden",
        { version: info.version },
      );
    } else if (isBelow(version, firstSafeVersion)) {
      this.#logger.warn(
        "This Asterisk has known vulnerabilities in its REST interface: upgrade to 22.10.1 or later",
        { version: info.version },
      );
    }
    for (const listener of this.#listeners) {
      // A listener may have closed the connection.
      if (this.#session === session) this.#tell(() => listener.connected());
    }
    session.deliver();
  }

  /** The session could not be opened, or was lost. */
  #retry(session: Session, error: unknown): void {
    if (this.#session !== session) return;
    this.#forgetSession();
    const wasConnected = this.#status.state === "connected";
    if (wasConnected && this.#clock.nowMs() - this.#status.sinceMs >= steadyMs) this.#failures = 0;
    const lastError = inWords(error, this.#address);
    // Log a repeated error only once.
    if (lastError !== this.#status.lastError) {
      this.#logger.warn(wasConnected ? "Connection to Asterisk lost" : "Cannot connect to Asterisk", {
        reason: lastError,
      });
    }
    this.#setState("connecting", { lastError });
    const afterMs =
      Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures) * (0.5 + this.#options.random() / 2);
    this.#failures += 1;
    this.#retryTimer = this.#clock.setTimer(() => this.#connect(), afterMs);
    if (wasConnected) {
      this.#options.observer.count("connectionLost");
      for (const listener of this.#listeners) this.#tell(() => listener.disconnected());
    }
  }

  #replaced(): void {
    const { application } = this;
    this.#logger.info("Another controller has taken over the Stasis application", { application });
    this.standBy();
  }

  #forgetSession(): void {
    this.#heardMs = this.heardMs;
    this.#session = null;
  }

  async #leave(state: "replaced" | "closed", reason: AriError): Promise<void> {
    const session = this.#session;
    const wasConnected = this.#status.state === "connected";
    this.#forgetSession();
    if (this.#retryTimer !== null) this.#clock.clearTimer(this.#retryTimer);
    this.#retryTimer = null;
    this.#setState(state, { lastError: state === "closed" ? this.#status.lastError : reason.message });
    const left = session?.close(reason);
    if (wasConnected || state === "replaced")
      for (const listener of this.#listeners) this.#tell(() => listener.disconnected());
    await left;
  }

  #setState(state: AriState, change: Partial<AriStatus>): void {
    const { state: before, sinceMs, transport, ...rest } = this.#status;
    this.#status = {
      ...rest,
      transport: state === "connected" ? transport : null,
      ...change,
      state,
      sinceMs: state === before ? sinceMs : this.#clock.nowMs(),
    };
  }

  #tell(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#threw(error);
    }
  }

  #threw(error: unknown): void {
    this.#options.observer.count("listenerError");
    this.#logger.error("A listener of Asterisk events failed", { error });
  }

  #notConnected(request: AriRequest): AriError {
    const { state } = this.#status;
    if (state === "replaced")
      return new AriError("ARI_REPLACED", "another controller has taken over the application", request);
    if (state === "closed") return new AriError("ARI_CLOSED", "the connection is closed", request);
    return new AriError("ARI_DISCONNECTED", "there is no connection to Asterisk", request);
  }
}
