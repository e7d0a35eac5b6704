import { signal } from "@preact/signals";
import { Dialog } from "../ui/controls.tsx";
import { fill, texts } from "../i18n/index.ts";
import { allowedPages } from "../pages/allowed.ts";
import { navigate } from "../router.ts";

export const keysShown = signal(false);

/** Maximum time between `g` and the letter of a page. */
const pauseMs = 1200;

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** The Russian layout has other signs on the key of `/` and `?`. */
const onRussianLayout: Readonly<Record<string, string>> = { ".": "/", ",": "?" };

function signOf({ key, code }: KeyboardEvent): string {
  return code === "Slash" ? (onRussianLayout[key] ?? key) : key;
}

/** `g` and a letter open a page, `/` focuses the search, `?` shows the list. Letters refer to key positions. */
export function listenToKeys(): void {
  let goUntilMs = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || takesText(event.target)) return;
    if (document.querySelector("dialog[open]") !== null) return;
    const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
    const page = allowedPages.value.find(({ shortcut }) => shortcut === letter);
    if (event.timeStamp < goUntilMs && page !== undefined) {
      event.preventDefault();
      goUntilMs = 0;
      navigate(page.path);
    } else if (letter === "g") {
      goUntilMs = event.timeStamp + pauseMs;
    } else if (signOf(event) === "/") {
      const search = document.querySelector<HTMLInputElement>("input[data-search]");
      if (search === null) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (signOf(event) === "?") {
      event.preventDefault();
      keysShown.value = true;
    }
  });
}

export function KeysDialog() {
  if (!keysShown.value) return null;
  const { keys, nav, common } = texts.value;
  const close = (): void => {
    keysShown.value = false;
  };
  return (
    <Dialog title={keys.title} onClose={close}>
      <dl class="facts">
        {allowedPages.value.map(({ key, shortcut }) => (
          <>
            <dt>
              <kbd>g</kbd> <span class="muted">{keys.afterThat}</span> <kbd>{shortcut}</kbd>
            </dt>
            <dd>{fill(keys.go, { page: nav[key] })}</dd>
          </>
        ))}
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>{keys.search}</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>{keys.help}</dd>
      </dl>
      <form method="dialog" class="dialog-actions">
        <button class="button">{common.close}</button>
      </form>
    </Dialog>
  );
}
