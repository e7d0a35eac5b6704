import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createAriConnection } from "../../../../src/ari/connection.ts";
import { eventsForCalls } from "../../../../src/calls/bridge/facts.ts";
import { systemClock } from "../../../../src/ops/clock.ts";
import { bridgeAndDial } from "../../../../lab/simulated/bridgeAndDial.ts";
import { silent } from "./fixtures.ts";

const cli = fileURLToPath(new URL("../../../../lab/simulated/cli.ts", import.meta.url));

/** Runs the simulator as a process of its own, with the smallest controller here; resolves with its report. */
async function run(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, ["--import", "tsx", cli, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
  });
  let report: unknown;
  let close: () => Promise<void> = () => Promise.resolve();
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { readonly event: string; readonly url: string };
    if (message.event === "listening") {
      const address = {
        name: "load",
        url: message.url,
        username: "phone-proxy",
        password: "simulated",
        application: "phone-proxy",
      };
      const ari = createAriConnection(address, {
        events: eventsForCalls,
        logger: silent,
        clock: systemClock,
      });
      bridgeAndDial(ari, { destination: (dialled) => `7900${dialled.slice(-7)}` });
      ari.open();
      close = () => ari.close();
    } else report = message;
  }
  await close();
  expect(await exited).to.equal(0);
  return report;
}

describe("Load from the simulated Asterisk in a separate process", () => {
  it("places calls as others end, and leaves nothing behind", async () => {
    const report = await run(["--calls", "300", "--concurrent", "20"]);
    expect(report).to.include({ event: "done", placed: 300, completed: 300, failed: 0 });
    expect(report).to.have.deep.property("leftover", { channels: 0, bridges: 0, calls: 0 });
    expect(report).to.have.nested.property("setUpMs.p99").that.is.greaterThan(0);
  });

  it("places calls at a rate, whatever happens to them", async () => {
    const report = await run(["--calls", "60", "--rate", "200", "--answer-ms", "20", "--hold-ms", "20"]);
    expect(report).to.include({ placed: 60, completed: 60, failed: 0 });
  });
});
