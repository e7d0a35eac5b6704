import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { skipOrFail } from "../../support/requirements.ts";

/** How long a test waits for what a page shows. Machines may be slow and busy; on others it costs nothing. */
export const patience = { timeout: 60_000 };
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const screenshots = fileURLToPath(new URL("../../../web/screenshots/", import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * For `before`: starts Debian's Chromium, and installs it if possible. Otherwise, the suite is skipped or fails with
 * the reason.
 */
export async function browserOrSkip(
  suite: Mocha.Context,
  moreFlags: readonly string[] = [],
): Promise<Browser> {
  suite.timeout(300_000);
  if (!existsSync(executablePath)) {
    const hindrance = installChromium();
    if (!existsSync(executablePath))
      return skipOrFail(
        suite,
        `there is no Chromium at ${executablePath}; ${hindrance}. Install it, or set CHROMIUM to its path`,
      );
  }
  return chromium.launch({ executablePath, args: [...flags, ...moreFlags] });
}

/** Returns the reason to report if Chromium is still missing afterwards. */
function installChromium(): string {
  if (process.getuid?.() !== 0) return "only root can install it";
  if (!existsSync("/usr/bin/apt-get")) return "it is installed by itself on Debian only";
  console.log("    Installing Chromium ...");
  const install = "apt-get update && apt-get install -y --no-install-recommends chromium";
  const { status, stderr } = spawnSync("/bin/sh", ["-c", install], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0
    ? "apt-get has put it elsewhere"
    : `apt-get could not install it (${stderr.trim().split("\n").at(-1)})`;
}

export interface Viewing {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly language?: "en" | "ru";
}

/** Every pair of a width, colours, and a language is in one of them. */
export const viewings = [
  { width: 360, height: 740, dark: true, language: "en" },
  { width: 360, height: 740, dark: false, language: "ru" },
  { width: 1920, height: 1000, dark: false, language: "en" },
  { width: 1920, height: 1000, dark: true, language: "ru" },
] as const satisfies readonly Viewing[];

export const titleOf = ({ width, dark, language }: Required<Omit<Viewing, "height">>): string =>
  `${width} px, ${dark ? "dark" : "light"}, ${language}`;

/** A page in its own browser context, with its errors. */
export interface Viewer {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught errors and console errors, such as violations of the CSP. */
  readonly troubles: readonly string[];
  /** Hosts of all requests so far. */
  readonly hosts: ReadonlySet<string>;
}

export async function view(browser: Browser, address: string, viewing: Viewing = {}): Promise<Viewer> {
  const { width = 1280, height = 800, dark = false, language = "en" } = viewing;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    locale: language === "ru" ? "ru-RU" : "en-GB",
    timezoneId: "Europe/Moscow",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patience.timeout);
  const page = await context.newPage();
  const troubles: string[] = [];
  const hosts = new Set<string>();
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await page.goto(address);
  await page.locator("h1").waitFor();
  return { page, context, troubles, hosts };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** Expects no serious finding of axe-core for WCAG 2.2, levels A and AA. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axeSource);
  const result = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`,
  );
  const serious = result.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  expect(serious, what).to.deep.equal([]);
}

/** Expects that the page as a whole does not scroll horizontally. */
export async function expectNoSidewaysScroll(page: Page, what: string): Promise<void> {
  const excess = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  expect(excess, what).to.be.at.most(0);
}

/** Saves a screenshot for the README. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: `${screenshots}${name}.png` });
}
