/** Stops a return that is not finished. */
export let stopReturning: () => void = () => undefined;
const longestReturnMs = 5000;

/**
 * Scrolls to where the user left, and focuses the link that was opened there, as soon as the list is long enough, unless
 * they scroll themselves.
 */
export function returnToPlace({
  scrollY: wanted,
  opened,
}: {
  readonly scrollY: number;
  readonly opened: string | null;
}): void {
  stopReturning();
  if (wanted === 0 && opened === null) {
    scrollTo(0, 0);
    return;
  }
  const attempt = (): void => {
    const link = opened === null ? null : rowLinkTo(opened);
    if (opened !== null && link === null) return;
    if (document.documentElement.scrollHeight - innerHeight < wanted) return;
    stopReturning();
    scrollTo(0, wanted);
    link?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(attempt);
  observer.observe(document.body, { childList: true, subtree: true });
  const timer = setTimeout(() => stopReturning(), longestReturnMs);
  const ownWill = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
  const stop = (): void => {
    observer.disconnect();
    clearTimeout(timer);
    for (const event of ownWill) removeEventListener(event, stop);
    stopReturning = () => undefined;
  };
  stopReturning = stop;
  for (const event of ownWill) addEventListener(event, stop, { passive: true });
  attempt();
}

const rowLinkTo = (address: string): HTMLAnchorElement | null =>
  [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].find(
    (link) => link.getAttribute("href") === address,
  ) ?? null;
