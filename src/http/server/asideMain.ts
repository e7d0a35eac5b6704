import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { yieldToOtherThreads } from "../../ops/threadPriority.ts";
import type { AsideData, AsideTask, FromAside } from "./asideMessages.ts";
import { openApiDocument } from "../document.ts";
import { createPoolBodyReader } from "../pools/bodies.ts";
import { HttpProblem } from "./problems.ts";

/** The thread of `createAside`: runs one task at a time. */
if (!isMainThread && parentPort !== null) run(parentPort, workerData);

function run(port: NonNullable<typeof parentPort>, { defaultCountry }: AsideData): void {
  yieldToOtherThreads();
  const readPoolBody = createPoolBodyReader(defaultCountry);
  port.on("message", (task: AsideTask) => {
    try {
      if (task.kind === "apiDocument") {
        const done: FromAside = { kind: "apiDocument", text: JSON.stringify(openApiDocument()) };
        port.postMessage(done, []);
        return;
      }
      const body = readPoolBody(task.body, Buffer.from(task.bytes));
      const done: FromAside = { kind: "poolBody", body };
      port.postMessage(done, [body.numbers.buffer]);
    } catch (error) {
      const refused: FromAside =
        error instanceof HttpProblem
          ? { kind: "problem", problem: { ...error.options, cause: undefined } }
          : { kind: "failed", error };
      port.postMessage(refused, []);
    }
  });
}
