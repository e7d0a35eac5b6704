import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { pause } from "./cleanups.ts";
import { DemoError } from "./errors.ts";

const SAMPLE = fileURLToPath(new URL("../sample-numbers.csv", import.meta.url));
const READY_TIMEOUT_MS = 20_000;
const ASK_AGAIN_MS = 200;

/**
 * Uploads the sample file and looks up the proxy numbers of these real numbers. Resolves with the proxy number of each.
 * Rejects with a DemoError if one has none.
 */
export const uploadSample = async (
  url: string,
  realNumbers: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> => {
  const content = await readFile(SAMPLE);
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const answer = await upload(url, content, signal);
    const proxyNumbers = new Map<string, string>();
    for (const realNumber of realNumbers) {
      const proxyNumber = await proxyNumberOf(url, realNumber, signal);
      if (proxyNumber !== null) proxyNumbers.set(realNumber, proxyNumber);
    }
    if (proxyNumbers.size === realNumbers.length) return proxyNumbers;
    // The application creates its default pool just after it has started, and the database may be away for a moment.
    if (performance.now() > giveUpAt)
      throw new DemoError(
        `${basename(SAMPLE)} was uploaded, but ${realNumbers.length - proxyNumbers.size} of its numbers have no ` +
          `proxy number. The response to POST /upload was ${answer}`,
      );
    await pause(ASK_AGAIN_MS, signal);
  }
};

/** Resolves with the status and body of the response. */
const upload = async (
  url: string,
  content: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<string> => {
  const form = new FormData();
  form.append("file", new Blob([content], { type: "text/csv" }), basename(SAMPLE));
  const response = await fetch(`${url}/upload`, { method: "POST", body: form, signal });
  return `${response.status}: ${await response.text()}`;
};

const proxyNumberOf = async (
  url: string,
  realNumber: string,
  signal: AbortSignal,
): Promise<string | null> => {
  const response = await fetch(`${url}/lookup/fake/${realNumber}`, { signal });
  const answer = (await response.json()) as { readonly fake_phone?: string };
  return response.ok ? (answer.fake_phone ?? null) : null;
};
