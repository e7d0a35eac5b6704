/** The result of a benchmark: a JSON object documented in `bench/README.md`, and the same as text. */
export interface BenchmarkResult {
  readonly json: object;
  /** Tables and sentences to print. */
  readonly text: string;
}

export interface BenchmarkContext {
  /** The arguments after the benchmark's name, without `--json`. */
  readonly args: readonly string[];
  /** Prints a progress line to standard error; standard output is for the result. */
  readonly progress: (line: string) => void;
  /** Aborted by Ctrl-C. `run` must end everything it started before it settles. */
  readonly signal: AbortSignal;
}

export interface Benchmark {
  /** One line for the list of benchmarks. */
  readonly about: string;
  /** The options as shown in the help, one per line. */
  readonly options: string;
  run(context: BenchmarkContext): Promise<BenchmarkResult>;
}

/** The arguments are wrong. The message says what would be valid. */
export class BenchmarkUsageError extends Error {
  readonly code = "BENCHMARK_USAGE";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BenchmarkUsageError";
  }
}

/** The benchmark cannot run. The message says why. */
export class BenchmarkFailedError extends Error {
  readonly code = "BENCHMARK_FAILED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BenchmarkFailedError";
  }
}
