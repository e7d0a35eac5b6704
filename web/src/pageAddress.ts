const after = (mark: "?" | "#", text: string): string => (text === "" ? "" : mark + text);

/** The URL of a page. Servers and their logs never see the part after `#`, so it may contain phone numbers. */
export function pageAddress(path: string, query: URLSearchParams, hidden = new URLSearchParams()): string {
  return path + after("?", query.toString()) + after("#", hidden.toString());
}

/** The fragment of the address (after `#`) while a list is searched for this text. */
export const searching = (text: string): URLSearchParams =>
  new URLSearchParams(text === "" ? {} : { q: text });

/** The text that a list is searched for; empty for none. */
export const searchedFor = (hidden: URLSearchParams): string => hidden.get("q") ?? "";
