/** The parts of a SIP message that a party of a call needs. */
export interface PartyMessage {
  /** Of a request; null for a response. */
  readonly method: string | null;
  /** The user part of the request URI; empty for a response. */
  readonly user: string;
  /** Of a response; 0 for a request. */
  readonly status: number;
  readonly callId: string;
  /** e.g. `INVITE`, for a response as well. */
  readonly of: string;
  readonly sequence: number;
  /** All values of a header, in order, including its compact form. */
  readonly values: (name: string) => readonly string[];
}

const compactForms: Readonly<Record<string, string>> = {
  v: "via",
  f: "from",
  t: "to",
  i: "call-id",
  m: "contact",
  l: "content-length",
};

/** null for a datagram that is not a SIP message, such as a keep-alive. */
export function readMessage(datagram: Buffer): PartyMessage | null {
  const text = datagram.toString("utf8");
  const end = text.indexOf("\r\n\r\n");
  const [startLine = "", ...lines] = (end < 0 ? text : text.slice(0, end)).split("\r\n");
  const request = /^([A-Z]+) sips?:([^@;>\s]*)\S* SIP\/2\.0$/u.exec(startLine);
  const response = /^SIP\/2\.0 (\d{3})/u.exec(startLine);
  if (request === null && response === null) return null;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const given = line.slice(0, colon).trim().toLowerCase();
    const name = compactForms[given] ?? given;
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const values = (name: string): readonly string[] => headers.get(name) ?? [];
  const [sequence = "0", of = ""] = (values("cseq")[0] ?? "").split(/\s+/u);
  return {
    method: request?.[1] ?? null,
    user: request?.[2] ?? "",
    status: Number(response?.[1] ?? 0),
    callId: values("call-id")[0] ?? "",
    of,
    sequence: Number(sequence),
    values,
  };
}

export const writeMessage = (lines: readonly string[], body = ""): Buffer =>
  Buffer.from(
    [
      ...lines,
      ...(body === "" ? [] : ["Content-Type: application/sdp"]),
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );

/** An offer or answer for audio, although these parties send no RTP. */
export const silentSdp = (host: string): string =>
  [
    "v=0",
    `o=- 1 1 IN IP4 ${host}`,
    "s=-",
    `c=IN IP4 ${host}`,
    "t=0 0",
    "m=audio 16000 RTP/AVP 8 101",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-16",
    "a=ptime:20",
    "",
  ].join("\r\n");

const reasons: Readonly<Record<number, string>> = {
  100: "Trying",
  180: "Ringing",
  183: "Session Progress",
  200: "OK",
  404: "Not Found",
  480: "Temporarily Unavailable",
  486: "Busy Here",
  487: "Request Terminated",
  503: "Service Unavailable",
  603: "Decline",
};

/** The response of a server to a request, with the headers that RFC 3261 §8.2.6 copies. */
export const responseTo = (
  request: PartyMessage,
  status: number,
  options: { readonly tag: string; readonly contact: string; readonly body?: string },
): Buffer => {
  const to = request.values("to")[0] ?? "";
  return writeMessage(
    [
      `SIP/2.0 ${status} ${reasons[status] ?? "Status"}`,
      ...request.values("via").map((via) => `Via: ${via}`),
      ...request.values("record-route").map((route) => `Record-Route: ${route}`),
      `From: ${request.values("from")[0] ?? ""}`,
      `To: ${status === 100 || /;tag=/u.test(to) ? to : `${to};tag=${options.tag}`}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.sequence} ${request.of}`,
      `Contact: <sip:${options.contact}>`,
    ],
    options.body,
  );
};
