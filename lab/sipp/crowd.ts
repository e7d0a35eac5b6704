import { createSocket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import { labAddresses } from "../lab.ts";
import { callerScenario } from "./caller.ts";
import { SippError, startSipp } from "./process.ts";
import { callIdOf, headerValues, methodOf, type SipMessage, statusOf } from "./trace.ts";

interface CrowdOptions {
  /** The dialled number. */
  readonly to: string;
  /** The caller's number, the same for all. */
  readonly from: string;
  readonly callerName: string;
  readonly calls: number;
  readonly callsPerSecond: number;
}

/** Many callers of one number in one SIPp process, who talk until told to hang up. */
export interface Crowd {
  messages(): readonly SipMessage[];
  /** Resolves when all calls are answered. Rejects as soon as one has failed. */
  answered(timeoutMs: number): Promise<void>;
  /** All hang up. Resolves when all calls have ended as scripted; rejects if one has not. */
  hangUp(timeoutMs: number): Promise<void>;
  /** The callers' talk times from 200 to BYE, in ascending order. */
  talkTimesMs(): number[];
  /** SIGKILL: all callers vanish. */
  vanish(): Promise<void>;
}

/** The INFO is repeated after this time, in case it was lost. */
const TELL_AGAIN_MS = 1_000;
const NO_RTP_PORT = 16_000;

const isAnswer = (message: SipMessage): boolean =>
  message.direction === "received" && statusOf(message) === 200 && methodOf(message) === "INVITE";

type Values = Readonly<Record<string, string | number>>;
const settings = (values: Values): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`-${name}`, String(value)]);
const keys = (values: Values): string[] =>
  Object.entries(values).flatMap(([name, value]) => ["-key", name, String(value)]);

export const placeCrowd = (options: CrowdOptions): Crowd => {
  const { inboundProvider, sip } = labAddresses();
  const { host } = inboundProvider;
  const identity = [`P-Asserted-Identity: <sip:${options.from}@${host}>`];
  const process = startSipp({
    leg: "caller",
    scenario: callerScenario({ kind: "talksUntilTold" }, identity),
    host,
    args: [
      `${sip.host}:${sip.port}`,
      ...settings({
        s: options.to,
        m: options.calls,
        l: options.calls,
        r: options.callsPerSecond,
        // The trace already contains messages that arrive after the end of a call.
        deadcall_wait: 0,
      }),
      ...keys({
        caller: options.from,
        caller_name: options.callerName,
        rtp_host: host,
        rtp_port: NO_RTP_PORT,
      }),
    ],
  });
  let ended = false;
  void process.ended.then(() => (ended = true));

  const answers = (): Map<string, number> =>
    new Map(
      process.messages().flatMap((message) => (isAnswer(message) ? [[callIdOf(message), message.atMs]] : [])),
    );
  const byes = (): Map<string, number> => {
    const found = new Map<string, number>();
    for (const message of process.messages())
      if (
        message.direction === "sent" &&
        message.startLine.startsWith("BYE ") &&
        !found.has(callIdOf(message))
      )
        found.set(callIdOf(message), message.atMs);
    return found;
  };

  /** Sends the INFO to every caller that has not sent a BYE yet. */
  const tell = async (): Promise<void> => {
    const via = headerValues(process.messages()[0] ?? never("a message"), "Via")[0] ?? "";
    const port = Number(/:(\d+);/u.exec(via)?.[1]);
    const told = byes();
    const socket = createSocket("udp4");
    try {
      for (const callId of answers().keys()) {
        if (told.has(callId)) continue;
        const lines = [
          `INFO sip:${host}:${port} SIP/2.0`,
          `Via: SIP/2.0/UDP ${host};branch=z9hG4bK-told`,
          `From: <sip:test@${host}>;tag=test`,
          `To: <sip:${host}:${port}>`,
          `Call-ID: ${callId}`,
          "CSeq: 1 INFO",
          "Content-Length: 0",
        ];
        await new Promise<void>((resolve, reject) => {
          socket.send(`${lines.join("\r\n")}\r\n\r\n`, port, host, (error) =>
            error ? reject(error) : resolve(),
          );
        });
      }
    } finally {
      socket.close();
    }
  };

  return {
    messages: () => process.messages(),
    answered: async (timeoutMs) => {
      const count = await process.until(
        () => (ended || answers().size === options.calls ? answers().size : undefined),
        `the answers to ${options.calls} calls`,
        timeoutMs,
      );
      if (ended || count < options.calls)
        throw new SippError(`${count} of ${options.calls} calls were answered.\n${process.complaints()}`);
    },
    hangUp: async (timeoutMs) => {
      const deadline = Date.now() + timeoutMs;
      let status: number | null = null;
      while (status === null) {
        if (Date.now() > deadline) throw new SippError(`Calls are left.\n${process.complaints()}`);
        await tell();
        status = await Promise.race([process.ended, delay(TELL_AGAIN_MS, null)]);
      }
      if (status !== 0) throw new SippError(`SIPp ended with ${status}.\n${process.complaints()}`);
    },
    talkTimesMs: () => {
      const ends = byes();
      return [...answers()]
        .map(([callId, atMs]) => (ends.get(callId) ?? Number.NaN) - atMs)
        .sort((one, other) => one - other);
    },
    vanish: () => process.kill(),
  };
};

const never = (what: string): never => {
  throw new SippError(`There is no ${what}.`);
};
