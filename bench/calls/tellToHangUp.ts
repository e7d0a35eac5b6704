import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

/** SIPp's Call-ID of a call, which is numbered from 1. */
export const callIdOf = (call: number): string => `bench-${call}`;
/** The same for SIPp's `-cid_str`. */
export const callIdPattern = "bench-%u";

/** A port that nothing uses at this address. */
export const freeUdpPort = async (host: string): Promise<number> => {
  const socket = createSocket("udp4").bind(0, host);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
};

const AT_ONCE = 10;
const PAUSE_MS = 25;

const infoFor = (callId: string, host: string, port: number): string =>
  [
    `INFO sip:${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host};branch=z9hG4bK-${callId}`,
    `From: <sip:bench@${host}>;tag=bench`,
    `To: <sip:${host}:${port}>`,
    `Call-ID: ${callId}`,
    "CSeq: 1 INFO",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

const send = (socket: Socket, text: string, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.send(text, port, host, (error) => (error === null ? resolve() : reject(error)));
  });

/** Tells the callers of these calls to hang up, 400 a second. A call that misses it talks until its own end. */
export const tellToHangUp = async (calls: readonly number[], host: string, port: number): Promise<void> => {
  const socket = createSocket("udp4");
  try {
    for (const [index, call] of calls.entries()) {
      await send(socket, infoFor(callIdOf(call), host, port), host, port);
      if (index % AT_ONCE === AT_ONCE - 1) await delay(PAUSE_MS);
    }
  } finally {
    socket.close();
  }
};
