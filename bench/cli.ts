import { LabPartError, LabPortTakenError, LabUnavailableError } from "../lab/lab.ts";
import { type Benchmark, BenchmarkFailedError, BenchmarkUsageError } from "./benchmark.ts";

/** Loaded on demand, so that a benchmark does not load the modules of others. */
const benchmarks: Readonly<Record<string, () => Promise<{ readonly benchmark: Benchmark }>>> = {
  allocation: () => import("./allocation.ts"),
  calls: () => import("./calls.ts"),
  controller: () => import("./controller.ts"),
  eventloop: () => import("./eventloop.ts"),
  http: () => import("./http.ts"),
  import: () => import("./import.ts"),
  live: () => import("./live.ts"),
  lookup: () => import("./lookup.ts"),
  mappings: () => import("./mappings.ts"),
  overload: () => import("./overload.ts"),
  page: () => import("./page.ts"),
};

const usage = async (): Promise<string> => {
  const lines = ["npm run bench -- NAME [--json] [options]", ""];
  for (const [name, load] of Object.entries(benchmarks)) {
    const { benchmark } = await load();
    lines.push(`  ${name.padEnd(12)} ${benchmark.about}`);
    lines.push(...benchmark.options.split("\n").map((line) => `  ${" ".repeat(12)}   ${line}`), "");
  }
  lines.push("  --json       one JSON object as the last line; its names are in bench/README.md");
  return lines.join("\n");
};

const run = async (name: string | undefined, rest: readonly string[]): Promise<void> => {
  const load = Object.hasOwn(benchmarks, name ?? "") ? benchmarks[name ?? ""] : undefined;
  if (load === undefined) {
    const problem = name === undefined ? "No benchmark named." : `There is no benchmark "${name}".`;
    throw new BenchmarkUsageError(`${problem}\n\n${await usage()}`);
  }
  const { benchmark } = await load();
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new BenchmarkFailedError("Interrupted."));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    const { json, text } = await benchmark.run({
      args: rest.filter((argument) => argument !== "--json"),
      progress: (line) => console.error(line),
      signal: stop.signal,
    });
    console.log(text);
    if (rest.includes("--json")) console.log(JSON.stringify(json));
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
};

const [name, ...rest] = process.argv.slice(2);
if (name === "--help" || name === "help") console.log(await usage());
else {
  try {
    await run(name, rest);
  } catch (error) {
    if (
      error instanceof BenchmarkUsageError ||
      error instanceof BenchmarkFailedError ||
      error instanceof LabUnavailableError ||
      error instanceof LabPortTakenError ||
      error instanceof LabPartError
    )
      console.error(error.message);
    else throw error;
    process.exitCode = error instanceof BenchmarkUsageError ? 2 : 1;
  }
}
