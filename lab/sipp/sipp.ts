import { asteriskCli, labAddresses } from "../lab.ts";
import { calleesScenario } from "./callees.ts";
import { callerScenario, type CallerScript } from "./caller.ts";
import { SippError, type SippProcess, startSipp } from "./process.ts";
import { callIdOf, methodOf, type SipMessage, statusOf } from "./trace.ts";

/** The RTP address of a party. */
export interface RtpAddress {
  readonly host: string;
  readonly port: number;
}

/** Used in the SDP of parties without RTP, whose calls have only signalling. */
const SILENT_RTP_PORT = 16_000;

/** The provider behind the outbound trunk: all callees of `realNumberOf`. */
export interface Callees {
  /** All SIP messages of all callees so far, except OPTIONS. */
  messages(): SipMessage[];
  /** The messages of the leg whose request URI ends with this number. */
  messagesOf(realNumber: string): SipMessage[];
  /** Resolves with the first value of `look` that is not undefined. */
  until<T>(
    look: (messages: readonly SipMessage[]) => T | undefined,
    what: string,
    timeoutMs?: number,
  ): Promise<T>;
  /** Resolves with the INVITE to this number. */
  invited(realNumber: string, timeoutMs?: number): Promise<SipMessage>;
  stop(): Promise<void>;
}

/** The user in the request URI of an INVITE; null for any other message. */
export const calledNumber = (message: SipMessage): string | null =>
  /^INVITE sips?:([^@]*)@/u.exec(message.startLine)?.[1] ?? null;

const isCallTo =
  (realNumber: string) =>
  (message: SipMessage): boolean =>
    message.direction === "received" && (calledNumber(message)?.endsWith(realNumber) ?? false);

/**
 * Starts the outbound provider and resolves when Asterisk has found it reachable. There can only be one at a time,
 * because its address is fixed.
 */
export const startCallees = async (options: { readonly rtp?: RtpAddress } = {}): Promise<Callees> => {
  const { outboundProvider } = labAddresses();
  const rtp = options.rtp ?? { host: outboundProvider.host, port: SILENT_RTP_PORT };
  const process = startSipp({
    leg: "callee",
    scenario: calleesScenario(),
    host: outboundProvider.host,
    port: outboundProvider.port,
    args: ["-key", "rtp_host", rtp.host, "-key", "rtp_port", String(rtp.port)],
  });
  try {
    await trunkReachable(process);
  } catch (error) {
    await process.kill();
    throw error;
  }
  const isPing = (message: SipMessage): boolean => methodOf(message) === "OPTIONS";
  const messages = (): SipMessage[] => process.messages().filter((message) => !isPing(message));
  return {
    messages,
    messagesOf: (realNumber) => {
      const all = messages();
      const callIds = new Set(all.filter(isCallTo(realNumber)).map(callIdOf));
      return all.filter((message) => callIds.has(callIdOf(message)));
    },
    until: (look, what, timeoutMs) =>
      process.until((all) => look(all.filter((message) => !isPing(message))), what, timeoutMs),
    invited: (realNumber, timeoutMs) =>
      process.until((all) => all.find(isCallTo(realNumber)), "an INVITE to the callee", timeoutMs),
    stop: async () => {
      await process.kill();
      process.remove();
    },
  };
};

/** In the lab, Asterisk sends OPTIONS to the provider only when told to. */
const trunkReachable = async (process: SippProcess): Promise<void> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    await asteriskCli("pjsip qualify trunk-out");
    const answered = await process
      .until(
        (messages) =>
          messages.find((message) => message.direction === "sent" && methodOf(message) === "OPTIONS"),
        "OPTIONS of the trunk",
        1_000,
      )
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof SippError) return false;
          throw error;
        },
      );
    if (answered) return;
    if (Date.now() > deadline)
      throw new Error(`Asterisk does not see the outbound provider.\n${process.complaints()}`);
  }
};

export interface CallOptions {
  /** The dialled number in the inbound provider's format. */
  readonly to: string;
  /** The caller's number. */
  readonly from?: string;
  readonly callerName?: string;
  readonly script?: CallerScript;
  /** Headers that identify the caller; by default P-Asserted-Identity and Remote-Party-ID with `from`. */
  readonly identityHeaders?: readonly string[];
  readonly rtp?: RtpAddress;
  /** False for an INVITE without SDP. Only for calls that are not answered. */
  readonly offersMedia?: boolean;
  /** Source address of the call, on loopback; by default the inbound provider's. */
  readonly host?: string;
}

export interface CallResult {
  /** Final SIP code of the INVITE; null if there was none. */
  readonly finalCode: number | null;
  /** Codes of the provisional responses, in order. */
  readonly provisionalCodes: readonly number[];
  readonly answered: boolean;
  /** The side that sent BYE first; null if neither did. `callee` is Asterisk and everything behind it. */
  readonly hungUpBy: "caller" | "callee" | null;
  /** Milliseconds from 200 to the first BYE; 0 if either is missing. */
  readonly talkMs: number;
  readonly messages: readonly SipMessage[];
  /** Whether the call went as the caller's script says. If not, `complaints` says why. */
  readonly scriptFollowed: boolean;
  readonly complaints: string;
}

export interface PlacedCall {
  messages(): readonly SipMessage[];
  until: SippProcess["until"];
  /** Resolves with the first response with this code. */
  gets(code: number, timeoutMs?: number): Promise<SipMessage>;
  readonly result: Promise<CallResult>;
  /** Ends the caller abruptly, without CANCEL or BYE. */
  vanish(): Promise<void>;
}

const DEFAULT_CALLER = "79161234567";

const isInviteResponse = (message: SipMessage): boolean =>
  message.direction === "received" && statusOf(message) !== null && methodOf(message) === "INVITE";

/** The caller's dialog, without what still arrives for an earlier caller on the same port. */
const ownMessages = (messages: readonly SipMessage[]): readonly SipMessage[] => {
  const invite = messages.find(
    ({ direction, startLine }) => direction === "sent" && startLine.startsWith("INVITE "),
  );
  return invite === undefined ? [] : messages.filter((message) => callIdOf(message) === callIdOf(invite));
};

/** The result of a call, from the caller's messages. */
export const judge = (messages: readonly SipMessage[]): Omit<CallResult, "scriptFollowed" | "complaints"> => {
  const own = ownMessages(messages);
  const statuses = own.filter(isInviteResponse);
  const final = statuses.find((message) => (statusOf(message) ?? 0) >= 200);
  const bye = own.find((message) => message.startLine.startsWith("BYE "));
  const finalCode = final === undefined ? null : statusOf(final);
  return {
    finalCode,
    provisionalCodes: statuses.flatMap((message) => {
      const status = statusOf(message) ?? 0;
      return status < 200 ? [status] : [];
    }),
    answered: finalCode === 200,
    hungUpBy: bye === undefined ? null : bye.direction === "sent" ? "caller" : "callee",
    talkMs: final === undefined || bye === undefined || finalCode !== 200 ? 0 : bye.atMs - final.atMs,
    messages,
  };
};

/** Places one call through the inbound trunk. */
export const placeCall = (options: CallOptions): PlacedCall => {
  const { inboundProvider, sip } = labAddresses();
  const from = options.from ?? DEFAULT_CALLER;
  const host = options.host ?? inboundProvider.host;
  const rtp = options.rtp ?? { host, port: SILENT_RTP_PORT };
  const identity = options.identityHeaders ?? [
    `P-Asserted-Identity: <sip:${from}@${host}>`,
    `Remote-Party-ID: <sip:${from}@${host}>;party=calling;privacy=off;screen=yes`,
  ];
  const process = startSipp({
    leg: "caller",
    scenario: callerScenario(options.script ?? { kind: "talks", talkMs: 500 }, identity, options.offersMedia),
    host,
    args: [
      `${sip.host}:${sip.port}`,
      "-s",
      options.to,
      "-m",
      "1",
      "-key",
      "caller",
      from,
      "-key",
      "caller_name",
      options.callerName ?? from,
      "-key",
      "rtp_host",
      rtp.host,
      "-key",
      "rtp_port",
      String(rtp.port),
      "-timeout",
      "120s",
      "-timeout_error",
    ],
  });
  const result = process.ended.then((status): CallResult => {
    const ended = {
      ...judge(process.messages()),
      scriptFollowed: status === 0,
      complaints: status === 0 ? "" : process.complaints(),
    };
    process.remove();
    return ended;
  });
  result.catch(() => undefined);
  return {
    messages: () => process.messages(),
    until: (look, what, timeoutMs) => process.until(look, what, timeoutMs),
    gets: (code, timeoutMs) =>
      process.until(
        (messages) =>
          ownMessages(messages).find((message) => isInviteResponse(message) && statusOf(message) === code),
        `response ${code}`,
        timeoutMs,
      ),
    result,
    vanish: async () => {
      await process.kill();
    },
  };
};
