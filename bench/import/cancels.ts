import { openAsBlob } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ask, writeNumbers } from "./world.ts";

const rounds = 5;
const rows = 50_000;
/** Follows the numbers imported before. */
const firstNumber = 8_000_000;

/**
 * Response times of cancellations in milliseconds, one per round. The import is cancelled half-way, while another one
 * takes numbers from the same pool.
 */
export async function measureCancels(
  port: number,
  folder: string,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const url = `http://127.0.0.1:${port}`;
  const begin = async (path: string): Promise<number> => {
    const form = new FormData();
    form.set("file", await openAsBlob(path, { type: "text/csv" }), "numbers.csv");
    return (await ask(fetch(`${url}/upload?wait=0`, { method: "POST", body: form, signal }))).id;
  };
  const cancel = async (id: number): Promise<number> => {
    const askedAt = performance.now();
    await ask(fetch(`${url}/imports/${id}/cancel`, { method: "POST", signal }));
    return performance.now() - askedAt;
  };
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const ids: number[] = [];
    for (const part of [0, 1]) {
      const first = firstNumber + (round * 2 + part) * rows;
      ids.push(await begin(await writeNumbers(folder, rows, first)));
    }
    const [one = 0, beside = 0] = ids;
    while ((await ask(fetch(`${url}/imports/${one}`, { signal }))).counts.created === 0)
      await delay(5, undefined, { signal });
    tookMs.push(await cancel(one));
    await cancel(beside);
  }
  return tookMs;
}
