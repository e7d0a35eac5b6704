import { parseArgs, type ParseArgsConfig } from "node:util";
import { BenchmarkUsageError } from "../benchmark.ts";

/**
 * Turns any complaint about the options of a benchmark into a `BenchmarkUsageError`.
 * @param text all options, one per line, for the error message.
 */
export function readOptions<Options>(text: string, read: () => Options): Options {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new BenchmarkUsageError(`${message}\n\n${text}`, { cause: error });
  }
}

/** The value of `--name`, within these limits. */
export function wholeNumber(name: string, given: string | number, least = 1, most = Infinity): number {
  const value = Number(given);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const limits = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`--${name} takes a whole number ${limits}, not "${given}".`);
}

interface WholeNumberOptions<Name extends string> {
  /** Default values. All options are whole numbers of at least 1. */
  readonly defaults: Readonly<Record<Name, number>>;
  /** Values with `--quick`. */
  readonly quick: Partial<Readonly<Record<Name, number>>>;
  /** All options, one per line, for the error message. */
  readonly text: string;
}

/** Reads `--name N` and `--quick`; throws a `BenchmarkUsageError` for anything else. */
export function readWholeNumbers<Name extends string>(
  args: readonly string[],
  { defaults, quick, text }: WholeNumberOptions<Name>,
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const options: NonNullable<ParseArgsConfig["options"]> = {
    quick: { type: "boolean", default: false },
    ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
  };
  return readOptions(text, () => {
    const { values } = parseArgs({ args: [...args], options });
    const short: Partial<Readonly<Record<Name, number>>> = values["quick"] === true ? quick : {};
    const entries = names.map((name) => {
      const given = values[name];
      const value = typeof given === "string" ? given : (short[name] ?? defaults[name]);
      return [name, wholeNumber(name, value)] as const;
    });
    return Object.fromEntries(entries) as Record<Name, number>;
  });
}
