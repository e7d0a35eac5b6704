import type { CallSearch } from "../../api/client.ts";
import type { Problem } from "../../net/problem.ts";
import { problemOfAnswer } from "../../net/problem.ts";

/** A download leaves its frame as it was; what is shown in there instead of being saved is a refusal. */
function refusalIn(frame: HTMLIFrameElement): Problem | null {
  try {
    const shown = frame.contentDocument;
    if (shown === null || shown.URL === "about:blank") return null;
    return problemOfAnswer(500, shown.body.textContent ?? "", null);
  } catch {
    // The browser's own page, of which ours may read nothing.
    return problemOfAnswer(500, "", null);
  }
}

/**
 * Has the browser itself fetch the file, so that an export of any size goes straight to disk. Posted, because
 * the filter may hold a phone number; in a frame, so that a refusal does not take the page's place.
 */
export function exportCalls(search: CallSearch, onRefusal: (problem: Problem) => void): void {
  const name = "calls-export";
  document.querySelector(`iframe[name="${name}"]`)?.remove();
  const frame = document.createElement("iframe");
  frame.name = name;
  frame.hidden = true;
  document.body.append(frame);
  frame.addEventListener("load", () => {
    const problem = refusalIn(frame);
    if (problem === null) return;
    frame.remove();
    onRefusal(problem);
  });

  const form = document.createElement("form");
  form.method = "post";
  form.action = "/calls/export.csv";
  form.target = name;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const [field, value] of Object.entries({ ...search, zone, delimiter: "semicolon" })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = field;
      input.value = String(one);
      form.append(input);
    }
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
