import { problemPageTexts } from "./problemPageTexts.ts";
import type { HttpProblem } from "./problems.ts";

/** Whether waiting helps, so that the page may reload itself. */
export const isPassing = ({ status, options }: HttpProblem): boolean =>
  (status === 503 || status === 429) && options.headers?.["Retry-After"] !== undefined;

/** On the start page as well. */
const refusedEverywhere: ReadonlySet<string> = new Set(["ADDRESS_NOT_ALLOWED", "HOST_NOT_ALLOWED"]);

/** A page without scripts and styles: what they come from may be just what is unavailable. */
export function problemPage(problem: HttpProblem, language: "en" | "ru"): string {
  const texts = problemPageTexts[language];
  const passing = isPassing(problem);
  // By which an administrator finds the error in the log.
  const errorId = problem.options.members?.["errorId"];
  const reference = [problem.status, problem.code, ...(typeof errorId === "string" ? [errorId] : [])].join(
    " ",
  );
  const code = problem.status === 404 ? "NOT_FOUND" : problem.code;
  const { title, text } = texts.known[code] ?? (passing ? texts.passing : texts.other);
  const start = refusedEverywhere.has(code) ? "" : `<p><a href="/">${texts.toStart}</a></p>\n`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Phone Proxy</title>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
${passing ? `<p>${texts.reloads}</p>\n` : start}<p><small>${reference}</small></p>
</main>
</body>
</html>
`;
}
