/**
 * Building blocks of SIPp scenarios (https://sipp.readthedocs.io/en/latest/scenarios/). Their XML contains every
 * message in full; with these functions, each header is written in one place.
 */

/** Tag of our side of the dialog. */
const LOCAL_TAG = "tag=[pid]-[call_number]";

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const attributes = (values: Readonly<Record<string, string | number | boolean | undefined>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join("");

const message = (lines: readonly string[], body: string): string =>
  ["", ...lines, "Content-Length: [len]", "", body].join("\n");

interface SendOptions {
  /** Retransmits until there is a response, first after this many milliseconds (T1 of RFC 3261). */
  readonly retransmitMs?: number;
  readonly next?: string;
}

const send = (text: string, { retransmitMs, next }: SendOptions = {}): string =>
  `<send${attributes({ retrans: retransmitMs, next })}><![CDATA[${text}]]></send>`;

interface ReceiveOptions {
  readonly optional?: boolean;
  readonly next?: string;
  readonly timeoutMs?: number;
  /** Label to jump to after the timeout. */
  readonly onTimeout?: string;
  /** Keeps Contact and Record-Route for `[next_url]` and `[routes]`. */
  readonly keepRoute?: boolean;
  readonly actions?: readonly string[];
}

const receive = (what: Readonly<Record<string, string>>, options: ReceiveOptions): string => {
  const head = attributes({
    ...what,
    // Always an anchored regular expression.
    regexp_match: true,
    optional: options.optional,
    next: options.next,
    timeout: options.timeoutMs,
    ontimeout: options.onTimeout,
    rrs: options.keepRoute,
  });
  const actions = options.actions ?? [];
  return actions.length === 0 ? `<recv${head}/>` : `<recv${head}><action>${actions.join("")}</action></recv>`;
};

export const receiveRequest = (method: string, options: ReceiveOptions = {}): string =>
  receive({ request: `^${method}$` }, options);

/** `codes` is a regular expression, e.g. `1..` or `200`. */
export const receiveResponse = (codes: string, options: ReceiveOptions = {}): string =>
  receive({ response: codes }, options);

export const label = (name: string): string => `<label id="${name}"/>`;
export const goTo = (name: string): string => `<nop next="${name}"/>`;
/** Jumps to a label if `match` has set the variable. */
export const goToIf = (name: string, variable: string): string => `<nop next="${name}" test="${variable}"/>`;
export const pause = (milliseconds: number): string => `<pause milliseconds="${milliseconds}"/>`;

/** Sets variables from a header: the whole match, then the groups. */
export const matchHeader = (header: string, expression: string, ...variables: readonly string[]): string =>
  `<ereg${attributes({ regexp: expression, search_in: "hdr", header: `${header}:`, assign_to: variables.join(",") })}/>`;

/** Sets variables from the whole message, including its start line. */
export const matchMessage = (expression: string, ...variables: readonly string[]): string =>
  `<ereg${attributes({ regexp: expression, search_in: "msg", assign_to: variables.join(",") })}/>`;

/** A complete scenario file. References all variables, because SIPp rejects those that are set but never used. */
export const scenario = (name: string, variables: readonly string[], parts: readonly string[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<scenario name="${name}">`,
    ...parts,
    variables.length === 0 ? "" : `<Reference variables="${variables.join(",")}"/>`,
    "</scenario>",
    "",
  ].join("\n");

type MediaDirection = "sendrecv" | "sendonly" | "inactive";

/** A-law, mu-law and RFC 4733 events at the keys `rtp_host` and `rtp_port`, with the party's number wherever SDP has room. */
export const sdp = (number: string, direction: MediaDirection = "sendrecv"): string =>
  [
    "v=0",
    "o=- 1 1 IN IP4 [rtp_host]",
    `s=${number}`,
    `i=${number}`,
    `p=+${number}`,
    "c=IN IP4 [rtp_host]",
    "t=0 0",
    "m=audio [rtp_port] RTP/AVP 8 0 101",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-16",
    "a=ptime:20",
    `a=${direction}`,
    "",
  ].join("\n");

export const SDP_HEADER = "Content-Type: application/sdp";

/** A response to the last request received. */
export const respond = (
  status: string,
  { headers = [], body = "" }: { headers?: readonly string[]; body?: string } = {},
  options: SendOptions = {},
): string =>
  send(
    message(
      [
        `SIP/2.0 ${status}`,
        "[last_Via:]",
        "[last_Record-Route:]",
        "[last_From:]",
        "[last_To:]",
        "[last_Call-ID:]",
        "[last_CSeq:]",
        ...headers,
      ],
      body,
    ),
    options,
  );

/** Like `respond`, to a request without a To tag. */
export const respondTagged = (
  status: string,
  content: { headers?: readonly string[]; body?: string; cseq?: string } = {},
  options: SendOptions = {},
): string =>
  send(
    message(
      [
        `SIP/2.0 ${status}`,
        "[last_Via:]",
        "[last_Record-Route:]",
        "[last_From:]",
        `[last_To:];${LOCAL_TAG}`,
        "[last_Call-ID:]",
        content.cseq === undefined ? "[last_CSeq:]" : `CSeq: ${content.cseq}`,
        ...(content.headers ?? []),
      ],
      content.body ?? "",
    ),
    options,
  );

/** A response to an earlier request, whose headers were captured by `matchHeader`. */
export const respondTo = (
  status: string,
  captured: Readonly<Record<"via" | "from" | "to" | "cseq", string>>,
): string =>
  send(
    message(
      [
        `SIP/2.0 ${status}`,
        `Via:[$${captured.via}]`,
        `From:[$${captured.from}]`,
        `To:[$${captured.to}]`,
        "Call-ID: [call_id]",
        `CSeq:[$${captured.cseq}]`,
      ],
      "",
    ),
    { retransmitMs: 500 },
  );

/** The side of the dialog that sends, which determines From, To, and the request URI. */
type Side = "caller" | "callee";

const addressing = (side: Side): readonly [uri: string, from: string, to: string] =>
  side === "caller"
    ? [
        "[next_url]",
        `From: "[caller_name]" <sip:[caller]@[local_ip]:[local_port]>;${LOCAL_TAG}`,
        "To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]",
      ]
    : ["[$contact]", `From:[$to];${LOCAL_TAG}`, "To:[$from]"];

interface RequestContent {
  readonly headers?: readonly string[];
  readonly body?: string;
  /** `[branch-N]` is the branch of the request N steps before. The ACK of a refusal must repeat it. */
  readonly branch?: string;
}

/** A request within the dialog. */
export const request = (
  side: Side,
  method: string,
  cseq: number,
  { headers = [], body = "", branch = "[branch]" }: RequestContent = {},
  options: SendOptions = { retransmitMs: 500 },
): string => {
  const [uri, from, to] = addressing(side);
  return send(
    message(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}`,
        "Max-Forwards: 70",
        from,
        to,
        "[routes]",
        "Call-ID: [call_id]",
        `CSeq: ${cseq} ${method}`,
        ...headers,
      ],
      body,
    ),
    method === "ACK" ? {} : options,
  );
};

/** The caller's first request, before there is a dialog. */
export const initialInvite = (headers: readonly string[], offersMedia = true): string =>
  send(
    message(
      [
        "INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0",
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
        "Max-Forwards: 70",
        `From: "[caller_name]" <sip:[caller]@[local_ip]:[local_port]>;${LOCAL_TAG}`,
        "To: <sip:[service]@[remote_ip]:[remote_port]>",
        "Call-ID: [call_id]",
        "CSeq: 1 INVITE",
        ...headers,
        ...(offersMedia ? [SDP_HEADER] : []),
      ],
      offersMedia ? sdp("[caller]") : "",
    ),
    { retransmitMs: 500 },
  );

/** ACK of a final refusal, or CANCEL: both belong to the INVITE's transaction and repeat its Via. */
export const withinInvite = (method: "ACK" | "CANCEL", options: SendOptions = {}): string =>
  send(
    message(
      [
        `${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0`,
        "[last_Via:]",
        "Max-Forwards: 70",
        `From: "[caller_name]" <sip:[caller]@[local_ip]:[local_port]>;${LOCAL_TAG}`,
        method === "ACK" ? "[last_To:]" : "To: <sip:[service]@[remote_ip]:[remote_port]>",
        "Call-ID: [call_id]",
        `CSeq: 1 ${method}`,
        ...(method === "CANCEL" ? ['Reason: SIP;cause=487;text="[caller]"'] : []),
      ],
      "",
    ),
    options,
  );
