import { parseArgs } from "node:util";
import { BenchmarkUsageError } from "../benchmark.ts";

interface WholeNumberOptions<Name extends string> {
  /** Default values. All options are whole numbers of at least 1. */
  readonly defaults: Readonly<Record<Name, number>>;
  /** Values with `--quick`. */
  readonly quick: Partial<Readonly<Record<Name, number>>>;
  /** All options, one per line, for the error message. */
  readonly text: string;
}

/** Reads `--name N` and `--quick`; throws a BenchmarkUsageError for anything else. */
export const readWholeNumbers = <Name extends string>(
  args: readonly string[],
  { defaults, quick, text }: WholeNumberOptions<Name>,
): Record<Name, number> => {
  const names = Object.keys(defaults) as Name[];
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
      },
    });
    const given: Readonly<Record<string, string | boolean | undefined>> = values;
    const short: Partial<Readonly<Record<Name, number>>> = given["quick"] === true ? quick : {};
    const entries = names.map((name) => {
      const value = Number(given[name] ?? short[name] ?? defaults[name]);
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`--${name} takes a whole number from 1, not "${String(given[name])}".`);
      return [name, value] as const;
    });
    return Object.fromEntries(entries) as Record<Name, number>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new BenchmarkUsageError(`${message}\n\n${text}`, { cause: error });
  }
};
