import { randomUUID } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isOver, type LegSeen, newLeg } from "./journal.ts";
import { type PartyMessage, readMessage, responseTo, silentSdp, writeMessage } from "./message.ts";
import { sendUntilStopped } from "./retransmission.ts";

/** What the caller does. */
export interface CallerPlan {
  /** The dialled number. */
  readonly to: string;
  readonly from: string;
  /** Gives up if the call is not answered after this time; null: waits for the final response. */
  readonly giveUpAfterMs: number | null;
  /** Hangs up this long after the answer; null: waits for the other side. */
  readonly talkMs: number | null;
}

/** Callers behind the inbound trunk, on one UDP socket. Each has a script and a journal. */
export interface Callers {
  /** Resolves when the call is over for the caller. */
  place(plan: CallerPlan): Promise<LegSeen>;
  /** Every call so far. */
  readonly legs: readonly LegSeen[];
  /** How many of them were answered. */
  answered(): number;
  /** Asterisk has died with every call that it had accepted: the line is silent, so those callers hang up. */
  lineDied(): void;
  close(): void;
}

interface Options {
  /** Asterisk. */
  readonly target: { readonly host: string; readonly port: number };
  /** The address of the inbound provider. */
  readonly host: string;
}

/** Longer than either side retransmits a message. */
const rememberedMs = 40_000;

export async function startCallers({ target, host }: Options): Promise<Callers> {
  const socket = createSocket("udp4").bind(0, host);
  await once(socket, "listening");
  const contact = `${host}:${socket.address().port}`;
  const calls = new Map<string, Caller>();
  const legs: LegSeen[] = [];
  const send = (message: Buffer): void => socket.send(message, target.port, target.host);
  socket.on("message", (datagram) => {
    const message = readMessage(datagram);
    if (message === null) return;
    calls.get(message.callId)?.receive(message);
  });
  return {
    legs,
    place: (plan) =>
      new Promise((resolve) => {
        const leg = newLeg("caller", plan.from, plan.to, Date.now());
        legs.push(leg);
        const over = (): void => {
          resolve(leg);
          // Late responses still find their call.
          setTimeout(() => calls.delete(caller.callId), rememberedMs).unref();
        };
        const caller = new Caller({ plan, leg, target, contact, host, send, over });
        calls.set(caller.callId, caller);
        caller.invite();
      }),
    answered: () => legs.filter(({ answeredAtMs }) => answeredAtMs !== null).length,
    lineDied: () => {
      for (const call of calls.values()) call.lineDied();
    },
    close: () => close(socket, calls.values()),
  };
}

function close(socket: Socket, calls: Iterable<Caller>): void {
  for (const call of calls) call.forget();
  socket.close();
}

interface Line {
  readonly plan: CallerPlan;
  readonly leg: LegSeen;
  readonly target: Options["target"];
  readonly contact: string;
  readonly host: string;
  readonly send: (message: Buffer) => void;
  readonly over: () => void;
}

/** One call from the caller's side (RFC 3261 §13.2, §9.1, §15.1). */
class Caller {
  readonly callId = randomUUID();
  readonly #line: Line;
  readonly #tag = randomUUID().slice(0, 8);
  readonly #branch = `z9hG4bK${randomUUID()}`;
  #remote = "";
  #remoteTarget: string;
  #stopSending: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #provisional = false;
  #wantsToCancel = false;

  constructor(line: Line) {
    this.#line = line;
    const { plan, target } = line;
    this.#remoteTarget = `sip:${plan.to}@${target.host}:${target.port}`;
    this.#remote = `<${this.#remoteTarget}>`;
  }

  invite(): void {
    const { plan, host } = this.#line;
    this.#sendUntilStopped(this.#request("INVITE", 1, this.#branch, silentSdp(host)));
    if (plan.giveUpAfterMs !== null)
      this.#timer = setTimeout(() => {
        this.#wantsToCancel = true;
        this.#cancel();
      }, plan.giveUpAfterMs);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#stopSending();
  }

  lineDied(): void {
    const { leg } = this.#line;
    if (!this.#provisional || isOver(leg)) return;
    leg.abandoned = true;
    this.#finish();
  }

  receive(message: PartyMessage): void {
    if (message.method !== null) this.#asked(message);
    else if (message.of === "INVITE") this.#answered(message);
    else if (message.of === "BYE" && message.status >= 200) this.#finish();
  }

  #asked(request: PartyMessage): void {
    const { leg, send, contact, host } = this.#line;
    if (request.method === "ACK") return;
    const body = request.method === "INVITE" ? silentSdp(host) : undefined;
    send(responseTo(request, 200, { tag: this.#tag, contact, ...(body !== undefined && { body }) }));
    if (request.method !== "BYE" || leg.endedAtMs !== null) return;
    leg.endedBy = "other";
    leg.endedAtMs = Date.now();
    this.#finish();
  }

  #answered(response: PartyMessage): void {
    const { leg } = this.#line;
    const { status } = response;
    leg.takenAtMs ??= Date.now();
    if (status < 200) {
      this.#stopSending();
      this.#provisional = true;
      if (status > 100) leg.soundAtMs ??= Date.now();
      if (this.#wantsToCancel) this.#cancel();
      return;
    }
    this.#remote = response.values("to")[0] ?? this.#remote;
    const target = /<([^>]+)>/u.exec(response.values("contact")[0] ?? "")?.[1];
    if (status < 300 && target !== undefined) this.#remoteTarget = target;
    this.#acknowledge(status);
    if (leg.finalCode !== null) return;
    this.#stopSending();
    clearTimeout(this.#timer);
    leg.finalCode = status;
    leg.finalAtMs = Date.now();
    leg.soundAtMs ??= leg.finalAtMs;
    if (status >= 300) return this.#finish();
    leg.answeredAtMs = leg.finalAtMs;
    const { talkMs } = this.#line.plan;
    // The answer and the CANCEL have crossed.
    if (leg.cancelledAtMs !== null) this.#hangUp();
    else if (talkMs !== null) this.#timer = setTimeout(() => this.#hangUp(), talkMs);
  }

  #acknowledge(status: number): void {
    const branch = status < 300 ? `z9hG4bK${randomUUID()}` : this.#branch;
    this.#line.send(this.#request("ACK", 1, branch));
  }

  #cancel(): void {
    const { leg } = this.#line;
    if (!this.#provisional || leg.finalCode !== null || leg.cancelledAtMs !== null) return;
    leg.cancelledAtMs = Date.now();
    this.#sendUntilStopped(this.#request("CANCEL", 1, this.#branch));
  }

  #hangUp(): void {
    const { leg } = this.#line;
    if (leg.endedAtMs !== null) return;
    leg.endedBy = "self";
    leg.endedAtMs = Date.now();
    this.#sendUntilStopped(this.#request("BYE", 2, `z9hG4bK${randomUUID()}`));
  }

  #finish(): void {
    this.forget();
    this.#line.over();
  }

  #sendUntilStopped(message: Buffer): void {
    const { leg, send } = this.#line;
    this.#stopSending();
    this.#stopSending = sendUntilStopped(
      () => send(message),
      () => {
        if (!isOver(leg)) leg.abandoned = true;
        this.#finish();
      },
    );
  }

  #request(method: string, sequence: number, branch: string, body?: string): Buffer {
    const { plan, contact, target } = this.#line;
    const first = method === "INVITE" || method === "CANCEL";
    const uri = first ? `sip:${plan.to}@${target.host}:${target.port}` : this.#remoteTarget;
    return writeMessage(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP ${contact};branch=${branch}`,
        "Max-Forwards: 70",
        `From: <sip:${plan.from}@${contact}>;tag=${this.#tag}`,
        `To: ${first ? `<${uri}>` : this.#remote}`,
        `Call-ID: ${this.callId}`,
        `CSeq: ${sequence} ${method}`,
        `Contact: <sip:${plan.from}@${contact}>`,
      ],
      body,
    );
  }
}
