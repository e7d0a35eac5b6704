import type { Application, EventSink, OutgoingEvent } from "./applications.ts";
import type { Faults } from "./faults.ts";
import { Outbox } from "./outbox.ts";
import type { Requests } from "./requests.ts";
import type { Reply } from "./router.ts";
import { readFrame } from "./restFrame.ts";
import { timestamp } from "./state.ts";
import type { World } from "./world.ts";

/** The client's end of a socket. */
export interface Outlet {
  /** The text of an event or a response. */
  send(text: string, malformed: boolean): void;
  /** Asterisk or a fault cuts the socket. */
  cut(): void;
  /** From now on, nothing arrives, although the socket stays open. */
  wentSilent(): void;
}

interface Parts {
  readonly world: World;
  readonly requests: Requests;
  readonly faults: Faults;
}

/** One WebSocket of ARI: events of its applications, and REST requests one at a time (ari_websockets.c). */
export class Session implements EventSink {
  /** The applications it was opened for. Responses belong to the first one. */
  readonly names: readonly string[];
  halfOpen = false;
  closed = false;
  readonly #parts: Parts;
  readonly #outlet: Outlet;
  readonly #outbox: Outbox<Readonly<Record<string, unknown>> | string>;
  readonly #applications = new Set<Application>();
  readonly #frames: string[] = [];
  #busy = false;

  constructor(parts: Parts, outlet: Outlet, names: readonly string[], subscribeAll: boolean) {
    this.#parts = parts;
    this.#outlet = outlet;
    this.names = names;
    this.#outbox = new Outbox(parts.world.scheduler, (message, malformed) => {
      if (this.closed || this.halfOpen) return;
      const text = typeof message === "string" ? message : JSON.stringify(message);
      if (parts.world.survivesFrame(text)) outlet.send(text, malformed);
    });
    for (const name of names)
      this.#applications.add(parts.world.applications.register(name, this, subscribeAll));
  }

  deliver(application: Application, event: OutgoingEvent, lane: string): void {
    if (this.closed) return;
    const { faults, world } = this.#parts;
    const fault = faults.for({
      kind: "event",
      type: event.type,
      application: application.name,
      ...(lane.startsWith("channel:") && { channelId: lane.slice("channel:".length) }),
    });
    this.#outbox.post(event, lane, world.settings.timing.eventMs, fault);
  }

  forget(application: Application): void {
    this.#applications.delete(application);
  }

  /** A text frame came from the client. */
  receive(text: string): void {
    // Releases without REST over WebSocket read messages and ignore them.
    if (this.closed || this.halfOpen || !this.#parts.world.release.restOverWebSocket) return;
    this.#frames.push(text);
    if (!this.#busy) this.#next();
  }

  /** The client closed the socket, or the socket was cut. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#frames.length = 0;
    for (const application of this.#applications) this.#parts.world.applications.unregister(application);
  }

  /** Asterisk's end disappears silently. */
  cut(): void {
    this.close();
    this.#outlet.cut();
  }

  /** The network between both ends is gone, and neither end notices. */
  goSilent(): void {
    this.halfOpen = true;
    this.#outlet.wentSilent();
  }

  #next(): void {
    const text = this.#frames.shift();
    if (text === undefined) return;
    const frame = readFrame(text);
    if ("status" in frame) {
      this.#respond(frame.id, frame.uri, frame);
      this.#next();
      return;
    }
    this.#busy = true;
    this.#parts.requests.execute(
      frame.request,
      (reply, fault) => this.#respond(frame.id, frame.uri, reply, fault),
      () => {
        this.#busy = false;
        this.#next();
      },
    );
  }

  #respond(
    id: string,
    uri: string,
    reply: Reply,
    fault: Parameters<Outbox<unknown>["post"]>[3] = null,
  ): void {
    const { world, requests } = this.#parts;
    const [name = ""] = this.names;
    // The event filter of the application suppresses responses as well, and an application that is gone gets none.
    if (!world.applications.get(name)?.allows("RESTResponse")) return;
    const body =
      reply.body === undefined
        ? ""
        : `,"content_type":"application/json","message_body":${JSON.stringify(JSON.stringify(reply.body))}`;
    // Written out: under load, every second message is one of these.
    const message =
      `{"type":"RESTResponse","transaction_id":"","request_id":${JSON.stringify(id)},` +
      `"status_code":${reply.status},"reason_phrase":"${reply.reason}","uri":${JSON.stringify(uri)}${body},` +
      `"application":${JSON.stringify(name)},"timestamp":"${timestamp(world.scheduler.nowMs())}",` +
      `"asterisk_id":"${world.settings.entityId}"}`;
    this.#outbox.post(message, "responses", requests.responseMs, fault);
  }
}
