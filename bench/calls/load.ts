import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { LabAddresses } from "../../lab/lab.ts";
import { asteriskCli } from "../../lab/lab.ts";
import { makeSippFolder, sippCommand, type SippFolder } from "../../lab/sipp/folder.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { type BenchmarkChild, startChild } from "../support/child.ts";
import { type LoadResult, readResponseTimes, readStatistics } from "./sippFiles.ts";

/** Time from the answer to the BYE of every call; the same as in `caller.xml`. */
const TALK_SECONDS = 2;
/** Calls that have not ended by then count as failed. */
const GRACE_SECONDS = 20;

const scenarioFile = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const prepared = (scenario: string): SippFolder => {
  const folder = makeSippFolder();
  copyFileSync(scenarioFile(scenario), join(folder.host, scenario));
  return folder;
};

/** Starts the outbound provider. Resolves when Asterisk has found it reachable. */
export const startCallees = async (
  lab: LabAddresses,
): Promise<{ readonly pid: number; stop(): Promise<void> }> => {
  const folder = prepared("callee.xml");
  const { host, port } = lab.outboundProvider;
  const command = sippCommand(folder, ["-sf", "callee.xml", "-i", host, "-p", String(port), "-nostdin"]);
  const child = startChild(command);
  const stop = async (): Promise<void> => {
    await child.stop();
    folder.remove();
  };
  try {
    await untilReachable(lab, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid, stop };
};

/** Whether the provider responds and Asterisk, if it sends OPTIONS at all, has found it reachable. */
const untilReachable = async (lab: LabAddresses, callees: BenchmarkChild): Promise<void> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    if (await answersOptions(lab)) {
      await asteriskCli("pjsip qualify trunk-out");
      if (!/trunk-out\/\S+\s+\S+\s+Unavail\s/u.test(await asteriskCli("pjsip show contacts"))) return;
    }
    const end = callees.exited();
    if (end !== null || Date.now() > deadline)
      throw new BenchmarkFailedError(
        `The callees' SIPp cannot be reached${end === null ? "" : `; it ended with ${end}`}.\n${callees.output()}`,
      );
  }
};

/** Whether the provider responds to OPTIONS within 200 ms. */
const answersOptions = async ({ outboundProvider, sip }: LabAddresses): Promise<boolean> => {
  const { host, port } = outboundProvider;
  const socket = createSocket("udp4").bind(0, sip.host);
  try {
    await once(socket, "listening");
    const id = randomUUID();
    const lines = [
      `OPTIONS sip:${host}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${sip.host}:${socket.address().port};branch=z9hG4bK${id}`,
      `From: <sip:${sip.host}>;tag=${id}`,
      `To: <sip:${host}>`,
      `Call-ID: ${id}`,
      "CSeq: 1 OPTIONS",
      "Max-Forwards: 70",
      "Content-Length: 0",
      "",
      "",
    ];
    socket.send(lines.join("\r\n"), port, host);
    return await once(socket, "message", { signal: AbortSignal.timeout(200) }).then(
      () => true,
      () => false,
    );
  } finally {
    socket.close();
  }
};

const options = (values: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`-${name}`, String(value)]);

interface Load {
  /** The dialled numbers, used in turn. */
  readonly dialled: readonly string[];
  readonly callsPerSecond: number;
  readonly calls: number;
}

/** Places calls at a constant rate through the inbound trunk and resolves when all have ended. */
export const placeCalls = async (lab: LabAddresses, load: Load, signal: AbortSignal): Promise<LoadResult> => {
  signal.throwIfAborted();
  const folder = prepared("caller.xml");
  const numbers = load.dialled.map((number, index) => `${number};7916${String(index).padStart(7, "0")}`);
  writeFileSync(join(folder.host, "numbers.csv"), ["SEQUENTIAL", ...numbers, ""].join("\n"));
  const child = startChild(
    sippCommand(folder, [
      `${lab.sip.host}:${lab.sip.port}`,
      ...options({
        sf: "caller.xml",
        inf: "numbers.csv",
        i: lab.inboundProvider.host,
        r: load.callsPerSecond,
        m: load.calls,
        l: load.calls,
        rtt_freq: 1,
        stf: "statistics.csv",
        fd: 1,
      }),
      "-trace_rtt",
      "-trace_stat",
      "-nostdin",
    ]),
  );
  const limitMs = (load.calls / load.callsPerSecond + TALK_SECONDS + GRACE_SECONDS) * 1000;
  try {
    const deadline = Date.now() + limitMs;
    while (child.exited() === null && Date.now() < deadline && !signal.aborted) await delay(50);
    const end = child.exited();
    await child.stop();
    signal.throwIfAborted();
    // Status 1 means that some calls failed; higher ones, that SIPp itself failed.
    if (end !== null && end !== "exit status 0" && end !== "exit status 1")
      throw new BenchmarkFailedError(`The callers' SIPp ended with ${end}.\n${child.output()}`);
    const read = (suffix: string): string => {
      const name = readdirSync(folder.host).find((file) => file.endsWith(suffix));
      return name === undefined ? "" : readFileSync(join(folder.host, name), "utf8");
    };
    const statistics = readStatistics(read("statistics.csv"));
    if (statistics === null)
      throw new BenchmarkFailedError(
        `SIPp left no statistics; it ended with ${child.exited()}.\n${child.output()}`,
      );
    const setUpMs = readResponseTimes(read("_rtt.csv"));
    return {
      calls: load.calls,
      // Includes calls that were never started.
      failed: load.calls - statistics.successful,
      setUpMs,
      paceKept: statistics.seconds <= (load.calls / load.callsPerSecond) * 1.05 + TALK_SECONDS + 0.5,
    };
  } finally {
    await child.stop();
    folder.remove();
  }
};
