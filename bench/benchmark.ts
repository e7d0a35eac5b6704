/** What a benchmark hands back: a JSON object whose names `bench/README.md` documents, and the same for people. */
export interface BenchmarkResult {
  readonly json: object;
  /** Tables and sentences, ready to print. */
  readonly text: string;
}

export interface BenchmarkContext {
  /** The command line after the benchmark's name, without `--json`. */
  readonly args: readonly string[];
  /** A progress line; never on standard output, which is for the result. */
  readonly progress: (line: string) => void;
  /** Aborted by Ctrl-C: everything that was started must be ended before `run` settles. */
  readonly signal: AbortSignal;
}

export interface Benchmark {
  /** One line for the list of benchmarks. */
  readonly about: string;
  /** The options, one a line, as help shows them. */
  readonly options: string;
  run(context: BenchmarkContext): Promise<BenchmarkResult>;
}

/** The command line is wrong; the message says what it should be. */
export class BenchmarkUsageError extends Error {
  readonly code = "BENCHMARK_USAGE";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BenchmarkUsageError";
  }
}

/** The benchmark could not be carried out; the message says what is in its way. */
export class BenchmarkFailedError extends Error {
  readonly code = "BENCHMARK_FAILED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BenchmarkFailedError";
  }
}
