import { Cleanups } from "./demo/cleanups.ts";
import { DemoError, DemoInterruptedError } from "./demo/errors.ts";
import { DemoUsageError, readOptions, USAGE } from "./demo/options.ts";
import { createOutput } from "./demo/output.ts";
import { runDemo } from "./demo/run.ts";
import { LabPartError, LabPortTakenError } from "./errors.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const inWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isForeseen =
    error instanceof DemoError ||
    error instanceof DemoUsageError ||
    error instanceof LabPartError ||
    error instanceof LabPortTakenError ||
    error instanceof RangeError;
  return isForeseen ? error.message : (error.stack ?? error.message);
};

/** Resolves with the exit status. */
const demo = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const output = createOutput(options);
  const cleanups = new Cleanups();
  const stop = new AbortController();
  let stoppedAt = Infinity;
  for (const signal of signals)
    process.on(signal, () => {
      // A second Ctrl-C ends the demo at once. npm forwards a Ctrl-C that the terminal has already sent to us, so a
      // second one within a second counts as the same.
      if (performance.now() - stoppedAt > 1_000) process.exit(130);
      stoppedAt = Math.min(stoppedAt, performance.now());
      stop.abort(new DemoInterruptedError(signal));
    });

  let status: number;
  try {
    const onCrash = (error: DemoError): void => stop.abort(error);
    status = (await runDemo({ options, output, cleanups, signal: stop.signal, onCrash })) ? 0 : 1;
  } catch (error) {
    if (error instanceof DemoInterruptedError) {
      output.say("\nStopping ...");
      // The endless demo normally ends by Ctrl-C. With --once, the demo was interrupted before it was complete.
      status = options.once ? 130 : 0;
    } else {
      process.stderr.write(`${inWords(error)}\n`);
      status = 1;
    }
  }
  // From here on, the first Ctrl-C must not interrupt the cleanup.
  stop.abort();
  await cleanups.run((error) => {
    process.stderr.write(`${inWords(error)}\n`);
    status = 1;
  });
  return status;
};

try {
  process.exitCode = await demo();
} catch (error) {
  process.stderr.write(`${inWords(error)}\n`);
  process.exitCode = error instanceof DemoUsageError ? 2 : 1;
}
