import { createPool } from "mysql2/promise";
import type { RowDataPacket } from "mysql2/promise";
import { ariClient, type AriClientBridge, type AriClientChannel } from "./ariClientLibrary.ts";

/**
 * The peer: a typical controller based on ari-client, in its own process, after the example bridge-dial
 * (https://github.com/asterisk/ari-examples). It looks the number up, originates the callee's leg, and when that is
 * answered, answers the caller and bridges both. It hangs both up together and writes the record. For a fair
 * comparison, it has what a careful author would add: the caller is not answered before the callee, listeners are
 * registered on the client (those of a single channel are scanned on every event and never removed), answer and bridge
 * are requested concurrently, MySQL connections are pooled, prepared, and warm, and no call waits for its record.
 */

interface PeerCall {
  readonly caller: AriClientChannel;
  readonly callee: AriClientChannel;
  readonly proxyNumber: string;
  readonly realNumber: string;
  readonly startedAtMs: number;
  answeredAtMs: number | null;
  bridge: AriClientBridge | null;
  over: boolean;
}

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
};

const application = setting("BENCH_APPLICATION");
const pool = createPool({ uri: setting("DATABASE_URL"), connectionLimit: 10, timezone: "Z" });
await Promise.all(Array.from({ length: 10 }, () => pool.query("SELECT SLEEP(0.05)")));

const client = await ariClient.connect(
  setting("ASTERISK_URL"),
  setting("ASTERISK_USER"),
  setting("ASTERISK_PASSWORD"),
);
const calls = new Map<string, PeerCall>();

/** 404 is normal: the channel or bridge may already be gone after a hangup. */
const ignoreGone = (): undefined => undefined;

const begin = async (caller: AriClientChannel, proxyNumber: string, trunk: string): Promise<void> => {
  const startedAtMs = Date.now();
  const [rows] = await pool.execute<(RowDataPacket & { real_phone: string })[]>(
    "SELECT real_phone FROM phone_mappings WHERE fake_phone = ? AND state = 'active'",
    [proxyNumber],
  );
  const realNumber = rows[0]?.real_phone;
  if (realNumber === undefined) {
    await caller.hangup().catch(ignoreGone);
    return;
  }
  const callee = client.Channel();
  const call: PeerCall = {
    caller,
    callee,
    proxyNumber,
    realNumber,
    startedAtMs,
    answeredAtMs: null,
    bridge: null,
    over: false,
  };
  calls.set(caller.id, call);
  calls.set(callee.id, call);
  try {
    await callee.originate({
      endpoint: `PJSIP/${realNumber}@${trunk}`,
      app: application,
      appArgs: "dialed",
      callerId: proxyNumber,
      originator: caller.id,
      timeout: 60,
    });
  } catch {
    await end(call);
  }
};

const connect = async (call: PeerCall): Promise<void> => {
  call.answeredAtMs = Date.now();
  const bridge = client.Bridge();
  call.bridge = bridge;
  try {
    await Promise.all([call.caller.answer(), bridge.create({ type: "mixing" })]);
    await bridge.addChannel({ channel: [call.caller.id, call.callee.id] });
  } catch {
    await end(call);
  }
};

const end = async (call: PeerCall): Promise<void> => {
  if (call.over) return;
  call.over = true;
  calls.delete(call.caller.id);
  calls.delete(call.callee.id);
  await Promise.all([
    call.caller.hangup().catch(ignoreGone),
    call.callee.hangup().catch(ignoreGone),
    call.bridge?.destroy().catch(ignoreGone),
    pool.execute(
      "INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_duration, call_status) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        call.caller.id,
        call.proxyNumber,
        call.realNumber,
        call.caller.caller.number,
        new Date(call.startedAtMs),
        call.answeredAtMs === null ? 0 : Math.round((Date.now() - call.answeredAtMs) / 1000),
        call.answeredAtMs === null ? "failed" : "answered",
      ],
    ),
  ]);
};

client.on("StasisStart", (event, channel) => {
  const [direction, dialled = "", trunk = ""] = event.args;
  if (direction === "in") return void begin(channel, dialled, trunk);
  const call = calls.get(channel.id);
  if (call !== undefined) void connect(call);
});
const over = (_: unknown, channel: AriClientChannel): void => {
  const call = calls.get(channel.id);
  if (call !== undefined) void end(call);
};
client.on("StasisEnd", over);
client.on("ChannelDestroyed", over);

await client.start(application);
process.send?.({ ready: true });
