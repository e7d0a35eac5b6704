import type { Browser, BrowserContext, Page } from "playwright-core";
import { observe, observed, untilTrue } from "./observed.ts";

/** The application, with a signed-in user. */
export interface Site {
  readonly url: string;
  readonly cookie: string;
}

/** The complete board: the heading, the navigation, and the empty list of calls. */
const boardUsable = `document.querySelector("h1") !== null && document.querySelector("nav a") !== null &&
  document.querySelector(".spinner") === null && document.body.textContent.includes("No calls in progress")`;

/** A new browser profile with a session. */
export const openContext = async (browser: Browser, { url, cookie }: Site): Promise<BrowserContext> => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const [name = "", value = ""] = cookie.split("=");
  await context.addCookies([{ name, value, url }]);
  return context;
};

export interface FirstLoad {
  /** Bytes on the wire until the board is usable: compressed, with headers. */
  readonly bytes: number;
  /** From the start of the navigation until the board is painted. */
  readonly usableMs: number;
  /** From the first key to the frame that shows its effect. */
  readonly firstInputMs: number;
}

const untilUsable = (page: Page): Promise<void> =>
  untilTrue(page, "window.benchmarkSeen.usableAtMs !== null");

/** The board, with nothing in the browser's cache. */
export const measureFirstLoad = async (browser: Browser, site: Site): Promise<FirstLoad> => {
  const context = await openContext(browser, site);
  try {
    const page = await context.newPage();
    await observe(page, boardUsable);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto(`${site.url}/`, { waitUntil: "commit" });
    await untilUsable(page);
    const { usableAtMs } = await observed(page);
    const firstLoadBytes = bytes;
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await untilTrue(page, "window.benchmarkSeen.inputsMs.length > 0");
    const { inputsMs } = await observed(page);
    return {
      bytes: firstLoadBytes,
      usableMs: usableAtMs ?? Number.NaN,
      firstInputMs: inputsMs[0] ?? Number.NaN,
    };
  } finally {
    await context.close();
  }
};
