import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

/** A SIP message sent or received by SIPp. */
export interface SipMessage {
  readonly leg: "caller" | "callee";
  /** From SIPp's side: `sent` to Asterisk, or `received` from it. */
  readonly direction: "sent" | "received";
  /** Milliseconds since the epoch, UTC. For a message that SIPp does not expect, the time of the message before. */
  readonly atMs: number;
  /** e.g. `INVITE sip:79001112233@127.0.0.1:15060 SIP/2.0` or `SIP/2.0 200 OK` */
  readonly startLine: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
  /** The complete message. */
  readonly text: string;
}

/** The line with the length that SIPp writes before each message. */
const MAX_HEAD_LENGTH = 200;
const HEAD =
  /^-{40,} (?<time>\d{4}-\d\d-\d\dT[\d:.]+Z)\r?\n\w+ message (?<direction>sent|received) \[(?<bytes>\d+)\] bytes:\r?\n\r?\n/u;

/**
 * What SIPp puts before a message that its scenario does not expect, as for a call that it has ended, or when the
 * machine is slow: no time and no length.
 */
const LATE_HEAD =
  /^-{40,}\r?\n(?:Dead call \S+ received a \w+ message|Unexpected \w+ message received|Ignoring late provisional \w+ message):\r?\n\r?\n/u;

/** Length in bytes of the SIP message at the start of the text, from its Content-Length; null if incomplete. */
const lengthOfMessage = (text: string): number | null => {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const given = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)/imu.exec(text.slice(0, end))?.[1];
  if (given === undefined) throw new Error("An unexpected message tells no length.");
  return end + 4 + Number(given);
};

const parseMessage = (text: string): Pick<SipMessage, "startLine" | "headers" | "body"> => {
  const end = /\r?\n\r?\n/u.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const [startLine = "", ...lines] = head.split(/\r?\n/u);
  const headers: { name: string; value: string }[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/u.test(line) && last !== undefined) last.value += ` ${line.trim()}`;
    else {
      const colon = line.indexOf(":");
      if (colon > 0) headers.push({ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() });
    }
  }
  return { startLine, headers, body: end === null ? "" : text.slice(end.index + end[0].length) };
};

/**
 * Parses the output of `sipp -trace_msg` and returns the messages and the number of bytes they took. A message that
 * SIPp is still writing is left for the next call. Anything else that cannot be parsed is an error, because an
 * overlooked message could hide a leaked number.
 */
export const parseTrace = (
  trace: Buffer,
  leg: SipMessage["leg"],
): { readonly messages: SipMessage[]; readonly consumed: number } => {
  const messages: SipMessage[] = [];
  // Lengths are in bytes, so each byte becomes one character.
  const bytes = trace.toString("latin1");
  let position = 0;
  for (;;) {
    const start = position + (/^\s*/u.exec(bytes.slice(position))?.[0].length ?? 0);
    const rest = bytes.slice(start);
    const head = HEAD.exec(rest) ?? LATE_HEAD.exec(rest);
    if (head === null) {
      if (rest.length > MAX_HEAD_LENGTH)
        throw new Error(`No SIPp message at byte ${start} of the trace: ${rest.slice(0, 120)}`);
      return { messages, consumed: position };
    }
    const known = head.groups;
    const length = known === undefined ? lengthOfMessage(rest.slice(head[0].length)) : Number(known["bytes"]);
    const raw = rest.slice(head[0].length, head[0].length + (length ?? 0));
    if (length === null || raw.length < length) return { messages, consumed: position };
    const text = Buffer.from(raw, "latin1").toString("utf8");
    messages.push({
      leg,
      direction: known?.["direction"] === "sent" ? "sent" : "received",
      atMs: known === undefined ? (messages.at(-1)?.atMs ?? 0) : Date.parse(known["time"] ?? ""),
      text,
      ...parseMessage(text),
    });
    position = start + head[0].length + length;
  }
};

/** All messages of a growing trace file. Each call reads only the new part. */
export const traceReader = (file: string, leg: SipMessage["leg"]): (() => readonly SipMessage[]) => {
  const messages: SipMessage[] = [];
  let offset = 0;
  return () => {
    if (!existsSync(file)) return messages;
    const descriptor = openSync(file, "r");
    try {
      const fresh = Buffer.alloc(fstatSync(descriptor).size - offset);
      const length = readSync(descriptor, fresh, 0, fresh.length, offset);
      const parsed = parseTrace(fresh.subarray(0, length), leg);
      messages.push(...parsed.messages);
      offset += parsed.consumed;
      return messages;
    } finally {
      closeSync(descriptor);
    }
  };
};

/** Values of all headers with this name, in any case, including the compact forms of From, To, Call-ID, and Contact. */
export const headerValues = (message: SipMessage, name: string): string[] => {
  const compact: Record<string, string> = { from: "f", to: "t", "call-id": "i", contact: "m", via: "v" };
  const wanted = name.toLowerCase();
  return message.headers
    .filter((header) => {
      const given = header.name.toLowerCase();
      return given === wanted || given === compact[wanted];
    })
    .map(({ value }) => value);
};

export const callIdOf = (message: SipMessage): string => headerValues(message, "Call-ID")[0] ?? "";

/** Status code of a response; null for a request. */
export const statusOf = (message: SipMessage): number | null => {
  const match = /^SIP\/2\.0 (\d{3})/u.exec(message.startLine);
  return match === null ? null : Number(match[1]);
};

/** Method of a request, or of the request that a response belongs to. */
export const methodOf = (message: SipMessage): string =>
  statusOf(message) === null
    ? (message.startLine.split(" ")[0] ?? "")
    : (headerValues(message, "CSeq")[0]?.split(/\s+/u)[1] ?? "");

/** The sender's RTP address from its SDP; null without an SDP. */
export const mediaOf = (message: SipMessage): { host: string; port: number } | null => {
  const host = /^c=IN IP4 (\S+)/mu.exec(message.body)?.[1];
  const port = /^m=audio (\d+)/mu.exec(message.body)?.[1];
  return host === undefined || port === undefined ? null : { host, port: Number(port) };
};
