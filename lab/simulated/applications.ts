import type { Scheduler } from "./scheduler.ts";
import { timestamp } from "./state.ts";

/** A message for one socket before faults and encoding. */
export interface OutgoingEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The socket that receives an application's events. */
export interface EventSink {
  /** `lane` names the channel or bridge whose messages Asterisk keeps in order. */
  deliver(application: Application, event: OutgoingEvent, lane: string): void;
  /** Another socket took over the application. This one stays open and receives nothing more. */
  forget(application: Application): void;
}

interface FilterEntry {
  readonly type: string;
}

/** One Stasis application: its listener, its subscriptions, and the events it wants (res/stasis/app.c). */
export class Application {
  readonly name: string;
  sink: EventSink | null = null;
  /** How many parts of Asterisk want the events of `channel:ID` or `bridge:ID` for this application. */
  readonly interest = new Map<string, number>();
  allowed: readonly FilterEntry[] = [];
  disallowed: readonly FilterEntry[] = [];
  #allowedTypes = new Set<string>();
  #disallowedTypes = new Set<string>();
  subscribedToAll = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Whether the filter allows messages of this type. It applies to `RESTResponse` as well. */
  allows(type: string): boolean {
    if (this.#disallowedTypes.has(type)) return false;
    return this.allowed.length === 0 || this.#allowedTypes.has(type);
  }

  setFilter(kind: "allowed" | "disallowed", entries: readonly FilterEntry[]): void {
    const types = new Set(entries.map((entry) => entry.type));
    if (kind === "allowed") {
      this.allowed = entries;
      this.#allowedTypes = types;
    } else {
      this.disallowed = entries;
      this.#disallowedTypes = types;
    }
  }

  subscribe(source: string): void {
    this.interest.set(source, (this.interest.get(source) ?? 0) + 1);
  }

  /** @returns whether a subscription existed. */
  unsubscribe(source: string): boolean {
    const count = this.interest.get(source);
    if (count === undefined) return false;
    if (count > 1) this.interest.set(source, count - 1);
    else this.interest.delete(source);
    return true;
  }

  wants(source: string): boolean {
    return this.interest.has(source) || (this.subscribedToAll && !source.startsWith("endpoint:"));
  }

  json(): Readonly<Record<string, unknown>> {
    const ids = (kind: string): string[] =>
      [...this.interest.keys()].filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length));
    return {
      name: this.name,
      channel_ids: ids("channel:"),
      bridge_ids: ids("bridge:"),
      endpoint_ids: ids("endpoint:"),
      device_names: [],
      events_allowed: this.allowed,
      events_disallowed: this.disallowed,
    };
  }
}

/** All applications that Asterisk knows, with or without a socket. */
export class Applications {
  /** Formats the time of an event. */
  timeOf: (ms: number) => unknown = timestamp;
  readonly #byName = new Map<string, Application>();
  readonly #scheduler: Scheduler;
  readonly #entityId: string;

  constructor(scheduler: Scheduler, entityId: string) {
    this.#scheduler = scheduler;
    this.#entityId = entityId;
  }

  get(name: string): Application | undefined {
    return this.#byName.get(name);
  }

  all(): Application[] {
    return [...this.#byName.values()];
  }

  /** A socket asks for the application. If another socket has it, that one is notified and loses it. */
  register(name: string, sink: EventSink, subscribeAll: boolean): Application {
    let application = this.#byName.get(name);
    if (!application) {
      application = new Application(name);
      application.subscribedToAll = subscribeAll;
      this.#byName.set(name, application);
    } else if (application.sink) {
      const { sink: former } = application;
      this.send(application, "ApplicationReplaced", `application:${name}`, () => ({}));
      former.forget(application);
    }
    application.sink = sink;
    this.cleanUp();
    return application;
  }

  /** The socket is gone. The application and its filter remain while any of its channels or bridges do. */
  unregister(application: Application): void {
    application.sink = null;
    application.subscribedToAll = false;
    this.cleanUp();
  }

  /** Asterisk does this only occasionally: an application may remain for a while after its last channel. */
  cleanUp(): void {
    for (const [name, application] of this.#byName)
      if (!application.sink && application.interest.size === 0) this.#byName.delete(name);
  }

  /**
   * Sends to every application that is subscribed to the source. As with the real Asterisk, one that is subscribed to
   * both a channel and its endpoint gets the channel's events twice.
   * @param lane the channel or bridge whose messages stay in order.
   */
  publish(source: string, lane: string, type: string, fields: () => Readonly<Record<string, unknown>>): void {
    for (const application of this.#byName.values())
      if (application.wants(source)) this.send(application, type, lane, fields);
  }

  /** Sends to one application, if it has a listener and its filter allows the event. */
  send(
    application: Application,
    type: string,
    lane: string,
    fields: () => Readonly<Record<string, unknown>>,
  ): void {
    const { sink } = application;
    if (!sink || !application.allows(type)) return;
    const event = {
      type,
      timestamp: this.timeOf(this.#scheduler.nowMs()),
      ...fields(),
      asterisk_id: this.#entityId,
      application: application.name,
    };
    sink.deliver(application, event, lane);
  }

  /** Asterisk restarted. */
  clear(): void {
    this.#byName.clear();
  }
}
