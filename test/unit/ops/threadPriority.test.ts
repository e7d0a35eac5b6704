import { once } from "node:events";
import { getPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { expect } from "chai";

const module = new URL("../../../src/ops/threadPriority.ts", import.meta.url).href;

/** Lowers the priority of a separate thread; returns the priorities of that thread and of the process. */
const script = `
const { parentPort } = require("node:worker_threads");
const { getPriority } = require("node:os");
const { readFileSync } = require("node:fs");
import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))}).then(async ({ register }) => {
  register();
  const { yieldToOtherThreads } = await import(${JSON.stringify(module)});
  yieldToOtherThreads();
  const threadId = Number(readFileSync("/proc/thread-self/stat", "latin1").split(" ", 1)[0]);
  parentPort.postMessage({ own: getPriority(threadId), others: getPriority(process.pid) });
});`;

describe("the priority of a thread", () => {
  it("is lowered for the calling thread only", async function () {
    if (process.platform !== "linux") this.skip();
    const before = getPriority();
    const worker = new Worker(script, { eval: true });
    const [told] = (await once(worker, "message")) as [{ readonly own: number; readonly others: number }];
    await worker.terminate();
    expect(told.own).to.equal(10);
    expect(told.others).to.equal(before);
    expect(getPriority()).to.equal(before);
  });
});
