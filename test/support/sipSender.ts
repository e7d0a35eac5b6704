import { once } from "node:events";
import { createSocket, type Socket } from "node:dgram";
import { until } from "./until.ts";

const sdp = (host: string): string =>
  ["v=0", `o=- 1 1 IN IP4 ${host}`, "s=-", `c=IN IP4 ${host}`, "t=0 0", "m=audio 16000 RTP/AVP 8", ""].join(
    "\r\n",
  );

/** Whatever is left out is as usual. Texts are sent as UTF-8. */
export interface SentInvite {
  /** User part of the Request-URI. */
  readonly user?: string;
  /** Parameters of the Request-URI, with their semicolons. */
  readonly parameters?: string;
  readonly headers?: readonly string[];
  /** Header From without its tag. */
  readonly from?: string;
  readonly to?: string;
}

/** Sends INVITEs as bytes, however broken, which SIPp does not, and takes note of what each is answered. */
export class SipSender {
  readonly #socket: Socket;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #host: string;
  readonly #answers = new Map<string, { readonly codes: number[]; readonly ack: Buffer }>();

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

  /** @param encoding `latin1` for texts of one byte a character, which need not be UTF-8. */
  invite(callId: string, invite: SentInvite, encoding: BufferEncoding = "utf8"): void {
    const { port } = this.#socket.address();
    const { host } = this.#target;
    const { user = "test", parameters = "", headers = [] } = invite;
    const { from = "<sip:79161234567@127.0.0.3>", to = `<sip:test@${host}>` } = invite;
    const body = sdp(this.#host);
    const uri = `sip:${user}@${host}:${this.#target.port}${parameters}`;
    const common = [
      `Via: SIP/2.0/UDP ${this.#host}:${port};branch=z9hG4bK-${callId}`,
      "Max-Forwards: 70",
      `From: ${from};tag=${callId}`,
      `Call-ID: ${callId}`,
    ];
    this.#answers.set(callId, {
      codes: [],
      ack: Buffer.from([`ACK ${uri} SIP/2.0`, ...common, "CSeq: 1 ACK"].join("\r\n"), encoding),
    });
    const contact = headers.some((header) => header.startsWith("Contact:"))
      ? []
      : [`Contact: <sip:test@${this.#host}:${port}>`];
    const lines = [
      `INVITE ${uri} SIP/2.0`,
      ...common,
      `To: ${to}`,
      "CSeq: 1 INVITE",
      ...contact,
      ...headers,
      "Content-Type: application/sdp",
      `Content-Length: ${body.length}`,
    ];
    this.#send(Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`, encoding));
  }

  /** Resolves with the final response to this INVITE. */
  async finalCode(callId: string, timeoutMs = 20_000): Promise<number> {
    let code: number | undefined;
    await until(() => (code = this.codesOf(callId).find((one) => one >= 200)) !== undefined, {
      timeoutMs,
    });
    return code ?? 0;
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
    if (code >= 300) {
      const rest = Buffer.from(`\r\nTo: ${to}\r\nContent-Length: 0\r\n\r\n`, "latin1");
      this.#send(Buffer.concat([answer.ack, rest]));
    }
  }

  #send(message: Buffer): void {
    const { host, port } = this.#target;
    this.#socket.send(message, port, host);
  }
}
