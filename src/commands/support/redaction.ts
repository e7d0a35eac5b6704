import { redactFields, redactText } from "../../ops/redact.ts";

/** Removes secrets that are known, wherever they turn up, and API keys. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text)
    .replaceAll(/\bppk_[\w-]+/g, "[secret]");

/** Settings as a file. Names and comments stay. */
export const redactedSettings = (text: string): string =>
  text
    .split("\n")
    .map((line) => {
      const at = line.startsWith("#") ? -1 : line.indexOf("=");
      return at === -1 ? line : line.slice(0, at + 1) + redactText(line.slice(at + 1));
    })
    .join("\n");

/** Metrics in the format of Prometheus. Values stay: they may be long, but are never numbers of people. */
export const redactedMetrics = (text: string): string =>
  text.replaceAll(/\{[^{}\n]*\}/g, (labels) => redactText(labels));

/** An answer of the API. */
export function redactedJson(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    return `${JSON.stringify(redactFields({ answer })["answer"], null, 2)}\n`;
  } catch {
    return redactText(text);
  }
}
