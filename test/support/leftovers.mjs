import { createHook } from "node:async_hooks";

const created = new Map();
let tracing = false;

/** Notes where each timer, socket, server, and child process is created. Slows the tests: it also follows promises. */
export function traceLeftovers() {
  tracing = true;
  createHook({
    init(id, type, _trigger, resource) {
      if (type !== "PROMISE") created.set(id, { type, resource, stack: new Error().stack ?? "" });
    },
    destroy: (id) => void created.delete(id),
  }).enable();
}

/** What keeps this process alive. When traced, with the place where it was created. */
export function leftovers() {
  if (!tracing) return process.getActiveResourcesInfo();
  return [...created.values()]
    .filter(({ resource }) => resource.hasRef?.() === true)
    .map(({ type, stack }) => `${type}\n${ownLines(stack)}`);
}

/** Without the message, the hook, and Node's own code. */
const ownLines = (stack) =>
  stack
    .split("\n")
    .slice(2)
    .filter((line) => !line.includes("node:"))
    .join("\n");
