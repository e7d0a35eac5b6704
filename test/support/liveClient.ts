import { WebSocket } from "ws";
import type { LiveCall, LiveMessage } from "../../src/live/browserMessages.ts";
import { liveMessage } from "../../src/http/live/schema.ts";
import { until } from "./until.ts";

/** A browser on the live board: applies snapshots and deltas like `web/`, and keeps all messages. */
export class LiveClient {
  readonly messages: LiveMessage[] = [];
  readonly calls = new Map<string, LiveCall>();
  readonly ended = new Map<string, LiveCall>();
  seq: number | null = null;
  closeCode: number | null = null;
  readonly socket: WebSocket;

  constructor(
    url: string,
    options: { readonly headers?: Record<string, string>; readonly zone?: string } = {},
  ) {
    const zone = options.zone === undefined ? "" : `?zone=${encodeURIComponent(options.zone)}`;
    this.socket = new WebSocket(`${url.replace(/^http/, "ws")}/live${zone}`, {
      headers: options.headers ?? { Origin: url },
    });
    this.socket.on("message", (data) => {
      if (Buffer.isBuffer(data)) this.#take(liveMessage.parse(JSON.parse(data.toString())));
    });
    this.socket.on("close", (code) => {
      this.closeCode = code;
    });
    this.socket.on("error", () => undefined);
  }

  /** Resolves when the first snapshot has arrived. */
  async ready(): Promise<this> {
    await until(() => this.seq !== null);
    return this;
  }

  count(type: LiveMessage["type"]): number {
    return this.messages.filter((message) => message.type === type).length;
  }

  resync(): void {
    this.socket.send(JSON.stringify({ type: "resync" }));
  }

  async close(): Promise<void> {
    this.socket.close();
    await until(() => this.closeCode !== null);
  }

  #take(message: LiveMessage): void {
    this.messages.push(message);
    switch (message.type) {
      case "snapshot":
        this.seq = message.seq;
        this.calls.clear();
        this.ended.clear();
        for (const call of message.calls) this.calls.set(call.callId, call);
        for (const call of message.ended) this.ended.set(call.callId, call);
        return;
      case "delta":
        if (this.seq === null || message.seq !== this.seq + 1)
          throw new Error(`A gap: ${message.seq} after ${this.seq}.`);
        this.seq = message.seq;
        for (const call of message.calls) {
          this.calls.delete(call.callId);
          (call.state === "ended" ? this.ended : this.calls).set(call.callId, call);
        }
        for (const callId of message.gone) {
          this.calls.delete(callId);
          this.ended.delete(callId);
        }
        return;
      case "counters":
        if (message.seq !== this.seq) throw new Error("Counters of another state.");
    }
  }
}
