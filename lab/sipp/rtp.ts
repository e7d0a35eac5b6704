import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { RtpAddress } from "./sipp.ts";

const PACKET_MS = 20;
const SAMPLES_PER_PACKET = 160;
const HEADER_BYTES = 12;
/** Payload types of the SDP in scenario.ts: A-law (RFC 3551) and telephone events (RFC 4733). */
const PCMA = 8;
const TELEPHONE_EVENT = 101;
const KEYS = "0123456789*#ABCD";

/** One party's media: real RTP on its own UDP port. */
export interface RtpParty {
  readonly address: RtpAddress;
  /** The byte that this party's audio consists of. */
  readonly sound: number;
  /** Sends packets of 20 ms to this address, from Asterisk's SDP, until `hush`. */
  speak(to: RtpAddress): void;
  hush(): void;
  /** Sends a DTMF digit of 100 ms as RFC 4733 events while speaking. */
  press(key: string): Promise<void>;
  /** Number of packets received so far with the other party's audio. */
  heard(other: RtpParty): number;
  /** Number of packets received so far with real sound, as of an announcement. */
  heardSounds(): number;
  /** Resolves when this many packets with the other party's audio have arrived. */
  hears(other: RtpParty, packets: number, timeoutMs?: number): Promise<void>;
  /** Resolves when this digit has arrived completely (RFC 4733). */
  hearsKey(key: string, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * `sound` is any byte. Each party has its own, so received audio identifies the speaker. Asterisk does not transcode
 * between legs with the same codec, so the byte arrives unchanged.
 */
export const rtpParty = async (host: string, sound: number): Promise<RtpParty> => {
  const socket = createSocket("udp4");
  socket.bind({ address: host, port: 0 });
  await once(socket, "listening");

  const sounds = new Map<number, number>();
  const keys: string[] = [];
  let lastKeyTimestamp = -1;
  let soundPackets = 0;
  socket.on("message", (packet: Buffer) => {
    if (packet.length <= HEADER_BYTES || packet.readUInt8(0) >> 6 !== 2) return;
    const type = packet.readUInt8(1) & 0x7f;
    const payload = packet.subarray(HEADER_BYTES);
    if (type === PCMA) {
      const first = payload.readUInt8(0);
      if (payload.every((byte) => byte === first)) sounds.set(first, (sounds.get(first) ?? 0) + 1);
      else soundPackets += 1;
    } else if (type === TELEPHONE_EVENT && payload.length >= 4 && (payload.readUInt8(1) & 0x80) !== 0) {
      // The end of an event is sent three times with one timestamp.
      const timestamp = packet.readUInt32BE(4);
      if (timestamp !== lastKeyTimestamp) keys.push(KEYS[payload.readUInt8(0)] ?? "?");
      lastKeyTimestamp = timestamp;
    }
  });

  let sequence = 0;
  let timestamp = 0;
  let peer: RtpAddress | null = null;
  let timer: NodeJS.Timeout | null = null;
  const send = (type: number, at: number, payload: Buffer): void => {
    if (peer === null) return;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(type, 1);
    header.writeUInt16BE(sequence & 0xffff, 2);
    header.writeUInt32BE(at >>> 0, 4);
    header.writeUInt32BE(sound + 1, 8);
    sequence += 1;
    socket.send(Buffer.concat([header, payload]), peer.port, peer.host);
  };
  const hush = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };

  const untilHeard = async (isHeard: () => boolean, what: string, timeoutMs = 30_000): Promise<void> => {
    const deadline = Date.now() + timeoutMs;
    while (!isHeard()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${what} did not arrive at ${host}.`);
      await once(socket, "message", { signal: AbortSignal.timeout(left) }).catch(() => undefined);
    }
  };

  const heard = (other: RtpParty): number => sounds.get(other.sound) ?? 0;
  return {
    address: { host, port: socket.address().port },
    sound,
    speak: (to) => {
      hush();
      peer = to;
      timer = setInterval(() => {
        send(PCMA, timestamp, Buffer.alloc(SAMPLES_PER_PACKET, sound));
        timestamp += SAMPLES_PER_PACKET;
      }, PACKET_MS);
    },
    hush,
    press: async (key) => {
      const event = KEYS.indexOf(key);
      if (event < 0 || key.length !== 1) throw new RangeError(`"${key}" is no key.`);
      const startedAt = timestamp;
      for (let packet = 1; packet <= 5; packet += 1) {
        send(TELEPHONE_EVENT, startedAt, eventPayload(event, packet * SAMPLES_PER_PACKET, false));
        await delay(PACKET_MS);
      }
      for (let copy = 0; copy < 3; copy += 1)
        send(TELEPHONE_EVENT, startedAt, eventPayload(event, 6 * SAMPLES_PER_PACKET, true));
    },
    heardSounds: () => soundPackets,
    heard,
    hears: (other, packets, timeoutMs) =>
      untilHeard(() => heard(other) >= packets, `The other party's sound (${packets} packets)`, timeoutMs),
    hearsKey: (key, timeoutMs) => untilHeard(() => keys.includes(key), `Key ${key}`, timeoutMs),
    close: async () => {
      hush();
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
};

/** RFC 4733 §2.3: event, end bit with volume, duration in samples. */
const eventPayload = (event: number, samples: number, end: boolean): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt8(event, 0);
  payload.writeUInt8((end ? 0x80 : 0) | 10, 1);
  payload.writeUInt16BE(samples, 2);
  return payload;
};
