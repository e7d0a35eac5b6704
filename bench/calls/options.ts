import { parseArgs } from "node:util";
import { BenchmarkUsageError } from "../benchmark.ts";
import { readOptions } from "../support/options.ts";
import { type Trunks, trunkKinds, type VariantName, variantNames } from "./variants.ts";

export interface CallsOptions {
  readonly only: readonly VariantName[];
  readonly trunks: readonly Trunks[];
  /** Seconds from the answer to the BYE of each call. */
  readonly talkSeconds: number;
  /** Calls per second in the rounds, which measure percentiles and processor time. */
  readonly rate: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  /** Measure while `rate * talkSeconds` calls are live, instead of from the first INVITE to the last BYE. */
  readonly live: boolean;
  /** Both parties send audio. */
  readonly rtp: boolean;
  readonly stepSeconds: number;
  readonly rates: readonly number[];
}

export const optionsText = [
  "--quick             shorter rounds and larger steps of the rate: a look, not a figure to quote",
  `--only NAME,NAME    of ${variantNames.join(", ")}`,
  "--trunks KIND,KIND  of whole, split (both)",
  "--talk N            seconds of talk of each call (2)",
  "--rate N            calls per second of the rounds (40)",
  "--rounds N          rounds at this rate (3); 0 leaves them out",
  "--seconds N         length of a round and of a step (10)",
  "--live              measure for --seconds while rate × talk calls are live, then tell them to hang up",
  "--rtp               both parties send audio, and Asterisk's counters are read; no rising rates",
  "--rates A,B,C       the rising rates (80, 120, 160 … 480); 0 leaves them out, as do --live and --rtp",
].join("\n");

const defaultRates = Array.from({ length: 21 }, (_, index) => 80 + index * 20);
const quickRates = [80, 160, 240, 320, 400];

const number = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least)
    throw new BenchmarkUsageError(`--${name} takes a number from ${least}, not "${text}".`);
  return value;
};

/** The chosen ones in their own order. */
const chosen = <T extends string>(
  name: string,
  text: string | undefined,
  all: readonly T[],
): readonly T[] => {
  if (text === undefined) return all;
  const names = text.split(",");
  const unknown = names.find((one) => !all.some((known) => known === one));
  if (unknown !== undefined)
    throw new BenchmarkUsageError(`--${name} takes ${all.join(", ")}, not "${unknown}".`);
  return all.filter((one) => names.includes(one));
};

const parse = (args: readonly string[]) =>
  readOptions(
    optionsText,
    () =>
      parseArgs({
        args: [...args],
        options: {
          quick: { type: "boolean", default: false },
          only: { type: "string" },
          trunks: { type: "string" },
          talk: { type: "string", default: "2" },
          rate: { type: "string", default: "40" },
          rounds: { type: "string" },
          seconds: { type: "string" },
          live: { type: "boolean", default: false },
          rtp: { type: "boolean", default: false },
          rates: { type: "string" },
        },
      }).values,
  );

export const parseOptions = (args: readonly string[]): CallsOptions => {
  const values = parse(args);
  const { quick, live, rtp } = values;
  const seconds = number("seconds", values.seconds ?? (quick ? "5" : "10"), 1);
  const rates =
    values.rates?.split(",").map((text) => number("rates", text, 0)) ??
    (live || rtp ? [] : quick ? quickRates : defaultRates);
  return {
    only: chosen("only", values.only, variantNames),
    trunks: chosen("trunks", values.trunks, trunkKinds),
    talkSeconds: number("talk", values.talk, 1),
    rate: number("rate", values.rate, 1),
    rounds: number("rounds", values.rounds ?? (quick ? "2" : "3"), 0),
    roundSeconds: seconds,
    live,
    rtp,
    stepSeconds: seconds,
    rates: rates.filter((rate) => rate > 0),
  };
};
