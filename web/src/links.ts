import { navigate } from "./router.ts";

/** Handles links between our own pages without loading a page from the server. */
export function followLinksWithin(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("auxclick", onClick);
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || !(event.target instanceof Element)) return;
  const link = event.target.closest("a");
  const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button === 1;
  if (link === null) {
    openRow(event.target, event.button, elsewhere);
    return;
  }
  if (event.button !== 0 || elsewhere || event.altKey) return;
  if (link.target !== "" || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || !isPagePath(link.pathname)) return;
  event.preventDefault();
  if (link.getAttribute("href")?.startsWith("#") === true) {
    document.querySelector<HTMLElement>(link.hash)?.focus();
    return;
  }
  if (link.href === location.href) return;
  navigate(link.pathname + link.search + link.hash, { opened: link.getAttribute("href") });
}

/** A click anywhere in a row follows its first link, unless it hits a control or ends a selection of text. */
function openRow(target: Element, button: number, elsewhere: boolean): void {
  if (button > 1 || target.closest("button, input, select, textarea, label, summary, dialog") !== null)
    return;
  const link = target.closest("tr")?.querySelector<HTMLAnchorElement>("a[data-opens]") ?? null;
  if (link === null || getSelection()?.isCollapsed === false) return;
  if (elsewhere) open(link.href, "_blank", "noopener");
  else link.click();
}

function isPagePath(path: string): boolean {
  return path === "/" || path === "/app" || path.startsWith("/app/");
}
