import { createSimulatedAsterisk } from "../../lab/simulated/index.ts";
import { calleeUnderLoad, Load } from "../../lab/simulated/load.ts";
import type { LoadAnswer, LoadRequest } from "./messages.ts";

/** The simulated Asterisk with callers and callees, in its own process. */

const calls = { answerMs: 0, holdMs: 500 };
const asterisk = await createSimulatedAsterisk({
  systemName: "bench",
  globals: { CONNECT: "bridge" },
  keepCalls: false,
  varsets: false,
  races: false,
  unscripted: calleeUnderLoad(calls),
});

process.on("message", ({ callsPerSecond, seconds }: LoadRequest) => {
  void (async () => {
    const load = new Load(asterisk, {
      ...calls,
      rate: callsPerSecond,
      concurrent: 0,
      calls: Number.POSITIVE_INFINITY,
      seconds,
      firstNumber: 79_550_000_000n,
      numbers: 1_000,
      callTimeoutMs: 10_000,
    });
    await load.run();
    const { placed, failed, setUpMs } = load.report();
    process.send?.({ calls: placed, failed, setUpMs } satisfies LoadAnswer);
  })();
});

process.send?.({ ready: true, url: asterisk.url });
