import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { LabAddresses } from "../../lab/lab.ts";
import { sippCommand } from "../../lab/sipp/folder.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { startChild } from "../support/child.ts";
import { onCore } from "./processes.ts";
import { prepareScenario } from "./scenario.ts";
import { type LoadResult, readResponseTimes, readStatistics } from "./sippFiles.ts";
import { callIdPattern, freeUdpPort, tellToHangUp } from "./tellToHangUp.ts";
import type { Trunks } from "./variants.ts";

const TALK_SECONDS = 2;
/** Calls that have not ended by then count as failed. */
const GRACE_SECONDS = 20;

export interface Load {
  /** The dialled numbers, used in turn. */
  readonly dialled: readonly string[];
  readonly callsPerSecond: number;
  readonly calls: number;
  /** From the answer to the BYE of every call; default: 2. */
  readonly talkSeconds?: number;
  /** Default: split, as shipped. */
  readonly trunks?: Trunks;
  readonly rtp?: boolean;
  /** Whether a 503 is expected, too. Otherwise it is a failed call. */
  readonly refusals?: boolean;
  /** The only core that SIPp may use. */
  readonly core?: number;
}

/** Calls that are being placed. */
export interface CallsUnderWay {
  /** Tells callers who may still be talking to hang up. */
  hangUp(): Promise<void>;
  /** Resolves when all calls have ended. */
  readonly result: Promise<LoadResult>;
}

const options = (values: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`-${name}`, String(value)]);

/** Places calls at a constant rate through the inbound trunk. */
export const startCalls = async (
  lab: LabAddresses,
  load: Load,
  signal: AbortSignal,
): Promise<CallsUnderWay> => {
  signal.throwIfAborted();
  const { dialled, calls, callsPerSecond, talkSeconds = TALK_SECONDS, trunks = "split", rtp = false } = load;
  const { refusals = false, core = null } = load;
  const { host } = lab.inboundProvider;
  const port = await freeUdpPort(host);
  const folder = prepareScenario("caller.xml", { rtp, seconds: talkSeconds, trunks, refusals });
  const numbers = dialled.map((number, index) => `${number};7916${String(index).padStart(7, "0")}`);
  writeFileSync(join(folder.host, "numbers.csv"), ["SEQUENTIAL", ...numbers, ""].join("\n"));
  const child = startChild(
    onCore(
      core,
      sippCommand(folder, [
        `${lab.sip.host}:${lab.sip.port}`,
        ...options({
          sf: "caller.xml",
          inf: "numbers.csv",
          i: host,
          mi: host,
          p: port,
          cid_str: callIdPattern,
          r: callsPerSecond,
          m: calls,
          l: calls,
          rtt_freq: 1,
          stf: "statistics.csv",
          fd: 1,
        }),
        "-trace_rtt",
        "-trace_stat",
        "-nostdin",
      ]),
    ),
  );
  const read = (suffix: string): string => {
    const name = readdirSync(folder.host).find((file) => file.endsWith(suffix));
    return name === undefined ? "" : readFileSync(join(folder.host, name), "utf8");
  };
  const limitMs = (calls / callsPerSecond + talkSeconds + GRACE_SECONDS) * 1000;

  const untilEnded = async (): Promise<LoadResult> => {
    try {
      const deadline = Date.now() + limitMs;
      while (child.exited() === null && Date.now() < deadline && !signal.aborted) await delay(50);
      const end = child.exited();
      await child.stop();
      signal.throwIfAborted();
      // Status 1 means that some calls failed; higher ones, that SIPp itself failed.
      if (end !== null && end !== "exit status 0" && end !== "exit status 1")
        throw new BenchmarkFailedError(`The callers' SIPp ended with ${end}.\n${child.output()}`);
      const statistics = readStatistics(read("statistics.csv"));
      if (statistics === null)
        throw new BenchmarkFailedError(
          `SIPp left no statistics; it ended with ${child.exited()}.\n${child.output()}`,
        );
      return {
        calls,
        // Includes calls that were never started.
        failed: calls - statistics.successful,
        setUpMs: readResponseTimes(read("_rtt.csv"), 1),
        refusedMs: readResponseTimes(read("_rtt.csv"), 2),
        paceKept: statistics.seconds <= (calls / callsPerSecond) * 1.05 + talkSeconds + 0.5,
      };
    } finally {
      await child.stop();
      folder.remove();
    }
  };

  return {
    hangUp: async () => {
      const mayTalk = Math.min(calls, Math.ceil(callsPerSecond * talkSeconds * 1.1));
      const last = Array.from({ length: mayTalk }, (_, index) => calls - mayTalk + 1 + index);
      await tellToHangUp(last, host, port);
    },
    result: untilEnded(),
  };
};

/** Places calls, and resolves when all have ended. */
export const placeCalls = async (lab: LabAddresses, load: Load, signal: AbortSignal): Promise<LoadResult> =>
  await (
    await startCalls(lab, load, signal)
  ).result;
