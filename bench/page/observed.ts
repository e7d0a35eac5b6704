import type { Page } from "playwright-core";

/** Performance data recorded in a page. Times are in milliseconds. */
interface Observed {
  /** From the start of the navigation until the page was painted and the marker true; null until then. */
  readonly usableAtMs: number | null;
  /** Tasks of the main thread of 50 ms and longer (Long Tasks API). */
  readonly longTasksMs: readonly number[];
  /** From each key and click to the end of the next frame. */
  readonly inputsMs: readonly number[];
}

/**
 * Runs in the page before its own scripts. An input ends with the frame that shows its effect: the frame's callback
 * runs before painting, the message after it.
 */
const script = (marker: string): string => `(() => {
  const seen = { usableAtMs: null, longTasksMs: [], inputsMs: [] };
  window.benchmarkSeen = seen;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasksMs.push(duration);
  }).observe({ type: "longtask", buffered: true });
  const afterFrame = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(0);
    });
  for (const type of ["keydown", "click"])
    addEventListener(
      type,
      ({ timeStamp }) => afterFrame(() => seen.inputsMs.push(performance.now() - timeStamp)),
      { capture: true },
    );
  const usable = () => document.body !== null && (${marker});
  const watcher = new MutationObserver(() => {
    if (!usable()) return;
    watcher.disconnect();
    afterFrame(() => (seen.usableAtMs = performance.now()));
  });
  watcher.observe(document, { childList: true, subtree: true, characterData: true });
})()`;

/** `marker`: an expression that is true in the page once it is usable. */
export const observe = (page: Page, marker: string): Promise<unknown> =>
  page.addInitScript({ content: script(marker) });

export const observed = (page: Page): Promise<Observed> => page.evaluate<Observed>("window.benchmarkSeen");

/** Discards the data recorded so far. */
export const observeAnew = (page: Page): Promise<unknown> =>
  page.evaluate("window.benchmarkSeen.longTasksMs.length = window.benchmarkSeen.inputsMs.length = 0");

/**
 * Resolves once the expression is true in the page, which is checked before each frame. Playwright's own
 * `waitForFunction` needs `eval`, which the pages' Content-Security-Policy forbids.
 */
export const untilTrue = (page: Page, expression: string): Promise<void> =>
  page.evaluate(`new Promise((resolve, reject) => {
    const deadline = performance.now() + 30000;
    const look = () => {
      if (${expression}) resolve();
      else if (performance.now() > deadline) reject(new Error("The page did not come to what was waited for."));
      else requestAnimationFrame(look);
    };
    look();
  })`);
