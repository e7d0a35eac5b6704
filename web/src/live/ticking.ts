import { signal } from "@preact/signals";
import { clockOffsetMs } from "./feed.ts";

/** The server's time, updated four times a second, so that all timers on a page move together. */
export const serverNowMs = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === "visible") serverNowMs.value = Date.now() + clockOffsetMs.peek();
}, 250);
