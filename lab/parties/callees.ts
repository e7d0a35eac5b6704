import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isOver, type LegSeen, newLeg } from "./journal.ts";
import { type PartyMessage, readMessage, responseTo, silentSdp, writeMessage } from "./message.ts";
import { sendUntilStopped } from "./retransmission.ts";

/** What a callee does when it is called. */
export interface CalleePlan {
  /** The response before the final one, e.g. 180; 183 has early media. null: none, not even 100. */
  readonly provisional: 180 | 183 | null;
  /** The final response after this time; null: none until the caller gives up. */
  readonly final: { readonly code: number; readonly afterMs: number } | null;
  /** Hangs up this long after its answer; null: waits for the other side. */
  readonly talkMs: number | null;
}

/** Callees behind the outbound trunk, on one UDP socket. Each has a script and a journal. */
export interface Callees {
  readonly legs: readonly LegSeen[];
  /** Asterisk has died with every call that it had placed: the line is silent, so those callees hang up. */
  lineDied(): void;
  close(): void;
}

interface Options {
  readonly host: string;
  readonly port: number;
  /** The script for the called number, as Asterisk dials it. */
  readonly planOf: (number: string) => CalleePlan;
}

export async function startCallees({ host, port, planOf }: Options): Promise<Callees> {
  const socket = createSocket("udp4").bind(port, host);
  await once(socket, "listening");
  const contact = `${host}:${port}`;
  const calls = new Map<string, Callee>();
  const legs: LegSeen[] = [];
  socket.on("message", (datagram, from) => {
    const message = readMessage(datagram);
    if (message === null) return;
    const send = (answer: Buffer): void => socket.send(answer, from.port, from.address);
    const known = calls.get(message.callId);
    if (known !== undefined) known.receive(message);
    else if (message.method === "OPTIONS") send(responseTo(message, 200, { tag: "alive", contact }));
    else if (message.method === "INVITE") {
      const shown = /sip:([^@;>]*)@/u.exec(message.values("from")[0] ?? "")?.[1] ?? "";
      const leg = newLeg("callee", shown, message.user, Date.now());
      legs.push(leg);
      const callee = new Callee({ leg, plan: planOf(message.user), invite: message, contact, host, send });
      calls.set(message.callId, callee);
      callee.begin();
    }
  });
  return {
    legs,
    lineDied: () => {
      for (const call of calls.values()) call.lineDied();
      calls.clear();
    },
    close: () => {
      for (const call of calls.values()) call.forget();
      socket.close();
    },
  };
}

interface Line {
  readonly leg: LegSeen;
  readonly plan: CalleePlan;
  readonly invite: PartyMessage;
  readonly contact: string;
  readonly host: string;
  readonly send: (message: Buffer) => void;
}

/** One call from the callee's side (RFC 3261 §13.3, §9.2, §15.1). */
class Callee {
  readonly #line: Line;
  readonly #tag = randomUUID().slice(0, 8);
  #stopSending: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  begin(): void {
    const { plan, leg } = this.#line;
    if (plan.provisional !== null) {
      this.#respond(100);
      this.#respond(plan.provisional);
      leg.soundAtMs = Date.now();
    }
    const { final } = plan;
    if (final !== null) this.#timer = setTimeout(() => this.#decide(final.code), final.afterMs);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#stopSending();
  }

  lineDied(): void {
    this.forget();
    const { leg } = this.#line;
    if (!isOver(leg)) leg.abandoned = true;
  }

  receive(message: PartyMessage): void {
    const { leg, send, contact, host } = this.#line;
    const options = { tag: this.#tag, contact };
    switch (message.method) {
      case null:
        if (message.of === "BYE" && message.status >= 200) this.#stopSending();
        return;
      case "ACK":
        if (leg.endedAtMs === null) this.#stopSending();
        return;
      case "CANCEL":
        send(responseTo(message, 200, options));
        if (leg.finalCode !== null) return;
        leg.cancelledAtMs = Date.now();
        this.#decide(487);
        return;
      case "BYE":
        send(responseTo(message, 200, options));
        if (leg.endedAtMs !== null) return;
        this.forget();
        leg.endedBy = "other";
        leg.endedAtMs = Date.now();
        return;
      case "INVITE":
        // The first INVITE again: its response was lost or is pending.
        if (/;tag=/u.test(message.values("to")[0] ?? ""))
          send(responseTo(message, 200, { ...options, body: silentSdp(host) }));
        return;
      default:
        send(responseTo(message, 200, options));
    }
  }

  #respond(status: number): void {
    const { invite, contact, host, send } = this.#line;
    const body = status === 183 || status === 200 ? { body: silentSdp(host) } : {};
    send(responseTo(invite, status, { tag: this.#tag, contact, ...body }));
  }

  #decide(status: number): void {
    const { leg, plan } = this.#line;
    if (leg.finalCode !== null) return;
    clearTimeout(this.#timer);
    leg.finalCode = status;
    leg.finalAtMs = Date.now();
    if (status === 200) leg.answeredAtMs = leg.finalAtMs;
    this.#sendUntilStopped(() => this.#respond(status));
    if (status === 200 && plan.talkMs !== null) this.#timer = setTimeout(() => this.#hangUp(), plan.talkMs);
  }

  #hangUp(): void {
    const { leg, invite, contact, send } = this.#line;
    if (leg.endedAtMs !== null) return;
    leg.endedBy = "self";
    leg.endedAtMs = Date.now();
    const target = /<([^>]+)>/u.exec(invite.values("contact")[0] ?? "")?.[1] ?? "";
    const bye = writeMessage([
      `BYE ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${contact};branch=z9hG4bK${randomUUID()}`,
      "Max-Forwards: 70",
      `From: ${invite.values("to")[0] ?? ""};tag=${this.#tag}`,
      `To: ${invite.values("from")[0] ?? ""}`,
      `Call-ID: ${invite.callId}`,
      "CSeq: 1 BYE",
    ]);
    this.#sendUntilStopped(() => send(bye));
  }

  #sendUntilStopped(send: () => void): void {
    const { leg } = this.#line;
    this.#stopSending();
    this.#stopSending = sendUntilStopped(send, () => {
      if (!isOver(leg)) leg.abandoned = true;
    });
  }
}
