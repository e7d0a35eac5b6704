import { parseArgs } from "node:util";
import { SimulatedAsterisk } from "./index.ts";
import { calleeUnderLoad, Load } from "./load.ts";
import type { LoadOptions } from "./load.ts";

/**
 * A simulated Asterisk with call load in its own process, to measure a controller in another one. Prints one line of
 * JSON when it listens, `{"event":"listening","url":…}`, and one at the end, `{"event":"done",…}` with the fields of
 * `LoadReport`.
 */
const usage = `tsx lab/simulated/cli.ts [options]
  --port N            0, any free one
  --username --password   phone-proxy, simulated
  --application NAME  phone-proxy
  --asterisk VERSION  22.10.1
  --rate N            calls a second (open loop)
  --concurrent N      calls at a time (closed loop), 50; not together with --rate
  --calls N           stop after so many
  --seconds N         stop after so long
  --answer-ms N       until the callee answers, 0
  --hold-ms N         until a party hangs up, 0
  --to NUMBER         first number that is dialled, 79580000000
  --numbers N         how many numbers from there, 1000
  --wait-ms N         for a controller, 30000
  --call-timeout-ms N 10000
Without --calls and --seconds no calls are placed: it serves until it is told to stop.
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    username: { type: "string", default: "phone-proxy" },
    password: { type: "string", default: "simulated" },
    application: { type: "string", default: "phone-proxy" },
    asterisk: { type: "string", default: "22.10.1" },
    rate: { type: "string" },
    concurrent: { type: "string", default: "50" },
    calls: { type: "string" },
    seconds: { type: "string" },
    "answer-ms": { type: "string", default: "0" },
    "hold-ms": { type: "string", default: "0" },
    to: { type: "string", default: "79580000000" },
    numbers: { type: "string", default: "1000" },
    "wait-ms": { type: "string", default: "30000" },
    "call-timeout-ms": { type: "string", default: "10000" },
    help: { type: "boolean", default: false },
  },
});

const write = (line: unknown): void => {
  process.stdout.write(typeof line === "string" ? line : `${JSON.stringify(line)}\n`);
};

function whole(name: keyof typeof values, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`--${name} must be a whole number of 0 or more`);
}

function readOptions(): LoadOptions {
  return {
    rate: values.rate === undefined ? null : whole("rate", values.rate),
    concurrent: whole("concurrent", values.concurrent),
    calls: values.calls === undefined ? Infinity : whole("calls", values.calls),
    seconds: values.seconds === undefined ? Infinity : whole("seconds", values.seconds),
    answerMs: whole("answer-ms", values["answer-ms"]),
    holdMs: whole("hold-ms", values["hold-ms"]),
    firstNumber: BigInt(values.to),
    numbers: Math.max(1, whole("numbers", values.numbers)),
    callTimeoutMs: whole("call-timeout-ms", values["call-timeout-ms"]),
  };
}

async function controllerReady(asterisk: SimulatedAsterisk): Promise<void> {
  const deadlineMs = Date.now() + whole("wait-ms", values["wait-ms"]);
  // Before a controller takes calls, the last thing it sets is its filter.
  while (!asterisk.hasController(values.application)) {
    if (Date.now() > deadlineMs)
      throw new Error(`No controller came for the application ${values.application}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

async function main(): Promise<void> {
  if (values.help) {
    write(usage);
    return;
  }
  const options = readOptions();
  const asterisk = new SimulatedAsterisk({
    version: values.asterisk,
    username: values.username,
    password: values.password,
    dialplan: { application: values.application },
    unscripted: calleeUnderLoad(options),
    keepCalls: false,
  });
  await asterisk.listen(whole("port", values.port));
  write({ event: "listening", url: asterisk.url, pid: process.pid });
  const load = new Load(asterisk, options);
  if (options.calls === Infinity && options.seconds === Infinity) {
    process.once("SIGTERM", () => void asterisk.close());
    process.once("SIGINT", () => void asterisk.close());
    return;
  }
  process.once("SIGTERM", () => load.stop());
  process.once("SIGINT", () => load.stop());
  await controllerReady(asterisk);
  await load.run();
  write({ event: "done", ...load.report() });
  await asterisk.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
