import type { Page } from "playwright-core";

/** Presses Tab until an element with this name has the focus, like a keyboard user. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''");
    if (focused === name) return;
  }
  throw new Error(`“${name}” has no focus after 60 presses of Tab.`);
}
