import type { Page } from "playwright-core";

/** What a page saw of itself. Times in milliseconds. */
interface Observed {
  /** From the start of the navigation until the page was painted with what the marker asks for; null: not yet. */
  readonly usableAtMs: number | null;
  /** Tasks of the main thread of 50 ms and more (Long Tasks API). */
  readonly longTasksMs: readonly number[];
  /** From each key and click to the end of the frame after it. */
  readonly inputsMs: readonly number[];
}

/**
 * Runs in the page before any script of its own. An input is over with the frame that shows what it did: the
 * callback of the frame runs before it is painted, the message after.
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

/** `marker`: an expression of the page that is true once it can be used. */
export const observe = (page: Page, marker: string): Promise<unknown> =>
  page.addInitScript({ content: script(marker) });

export const observed = (page: Page): Promise<Observed> => page.evaluate<Observed>("window.benchmarkSeen");

/** Forgets what was seen before. */
export const observeAnew = (page: Page): Promise<unknown> =>
  page.evaluate("window.benchmarkSeen.longTasksMs.length = window.benchmarkSeen.inputsMs.length = 0");

/**
 * Resolves once the expression is true in the page, which is asked before each frame: Playwright's own way of
 * waiting would need what the pages' Content-Security-Policy forbids.
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
