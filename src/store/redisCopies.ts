import { systemClock } from "../ops/clock.ts";
import type { Logger } from "../ops/types.ts";
import { withinDeadline } from "./deadline.ts";
import { createRedisLink } from "./redis.ts";

const connectMs = 5_000;

/** Removes everything that instances keep in Redis: copies of what is in the database. Rejects without Redis. */
export async function forgetCopies(url: string, logger: Logger): Promise<void> {
  const link = createRedisLink({ url, role: "restore", logger, commandTimeoutMs: connectMs });
  const isUp = new Promise<void>((resolve) => link.onUp(resolve));
  link.open();
  try {
    await withinDeadline(systemClock, isUp, connectMs);
    for (let cursor = "0"; ;) {
      const [next, keys] = await link.client.scan(cursor, "MATCH", "phone-proxy:*", "COUNT", 1000);
      if (keys.length > 0) await link.client.unlink(...keys);
      if (next === "0") break;
      cursor = next;
    }
  } finally {
    link.close();
  }
}
