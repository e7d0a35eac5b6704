import { signal } from "@preact/signals";
import { clockOffsetMs } from "./feed.ts";

/** The server's time by our clock, four times a second: all timers on a page move together. */
export const serverNowMs = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === "visible") serverNowMs.value = Date.now() + clockOffsetMs.peek();
}, 250);
