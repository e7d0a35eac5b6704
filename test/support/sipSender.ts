import { once } from "node:events";
import { createSocket, type Socket } from "node:dgram";

const sdp = (host: string): string =>
  ["v=0", `o=- 1 1 IN IP4 ${host}`, "s=-", `c=IN IP4 ${host}`, "t=0 0", "m=audio 16000 RTP/AVP 8", ""].join(
    "\r\n",
  );

/** Sends INVITEs as bytes, however broken, which SIPp does not, and takes note of what each is answered. */
export class SipSender {
  readonly #socket: Socket;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #host: string;
  readonly #answers = new Map<string, { readonly codes: number[]; readonly ack: string }>();

  private constructor(socket: Socket, host: string, target: { host: string; port: number }) {
    this.#socket = socket;
    this.#host = host;
    this.#target = target;
    socket.on("message", (message) => this.#receive(message.toString("latin1")));
  }

  static async open(host: string, target: { host: string; port: number }): Promise<SipSender> {
    const socket = createSocket("udp4");
    socket.bind(0, host);
    await once(socket, "listening");
    return new SipSender(socket, host, target);
  }

  /** `from`: the From header without its name, as text of one byte a character. */
  invite(
    callId: string,
    user: string,
    headers: readonly string[],
    from = "<sip:79161234567@127.0.0.3>",
  ): void {
    const { port } = this.#socket.address();
    const { host } = this.#target;
    const body = sdp(this.#host);
    const uri = `sip:${user}@${host}:${this.#target.port}`;
    const common = [
      `Via: SIP/2.0/UDP ${this.#host}:${port};branch=z9hG4bK-${callId}`,
      "Max-Forwards: 70",
      `From: ${from};tag=${callId}`,
      `Call-ID: ${callId}`,
    ];
    this.#answers.set(callId, {
      codes: [],
      ack: [`ACK ${uri} SIP/2.0`, ...common, "CSeq: 1 ACK"].join("\r\n"),
    });
    const contact = headers.some((header) => header.startsWith("Contact:"))
      ? []
      : [`Contact: <sip:test@${this.#host}:${port}>`];
    const lines = [
      `INVITE ${uri} SIP/2.0`,
      ...common,
      `To: <sip:test@${host}>`,
      "CSeq: 1 INVITE",
      ...contact,
      ...headers,
      "Content-Type: application/sdp",
      `Content-Length: ${body.length}`,
    ];
    this.#send(`${lines.join("\r\n")}\r\n\r\n${body}`);
  }

  /** Responses to this INVITE so far. */
  codesOf(callId: string): readonly number[] {
    return this.#answers.get(callId)?.codes ?? [];
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }

  #receive(text: string): void {
    const code = Number(/^SIP\/2\.0 (\d{3})/u.exec(text)?.[1]);
    const callId = /^Call-ID: (.+)\r$/mu.exec(text)?.[1] ?? "";
    const answer = this.#answers.get(callId);
    if (answer === undefined || !/^CSeq: 1 INVITE\r$/mu.test(text)) return;
    answer.codes.push(code);
    const to = /^To: (.+)\r$/mu.exec(text)?.[1] ?? "";
    if (code >= 300) this.#send(`${answer.ack}\r\nTo: ${to}\r\nContent-Length: 0\r\n\r\n`);
  }

  #send(message: string): void {
    const { host, port } = this.#target;
    this.#socket.send(Buffer.from(message, "latin1"), port, host);
  }
}
