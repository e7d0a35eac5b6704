import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { BenchmarkFailedError } from "../benchmark.ts";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Debian's Chromium, headless. */
export const startChromium = async (): Promise<Browser> => {
  if (!existsSync(executablePath))
    throw new BenchmarkFailedError(
      `There is no Chromium at ${executablePath}. Install it (apt-get install chromium), or set CHROMIUM to its path.`,
    );
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
    ],
  });
};
