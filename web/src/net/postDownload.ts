import type { Problem } from "./problem.ts";
import { problemOfAnswer } from "./problem.ts";

const frameName = "download";

/** A download does not change its frame; a page shown in it instead is an error. */
function refusalIn(frame: HTMLIFrameElement): Problem | null {
  try {
    const shown = frame.contentDocument;
    if (shown === null || shown.URL === "about:blank") return null;
    return problemOfAnswer(500, shown.body.textContent ?? "", null);
  } catch {
    // The browser's own error page, which we cannot read.
    return problemOfAnswer(500, "", null);
  }
}

/**
 * Lets the browser download the file, so that files of any size go straight to disk. Uses POST, because filters may
 * contain phone numbers, and a frame, so that an error does not replace the page.
 */
export function postDownload(
  path: string,
  fields: Readonly<Record<string, unknown>>,
  onRefusal: (problem: Problem) => void,
): void {
  document.querySelector(`iframe[name="${frameName}"]`)?.remove();
  const frame = document.createElement("iframe");
  frame.name = frameName;
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
  form.action = path;
  form.target = frameName;
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = String(one);
      form.append(input);
    }
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
