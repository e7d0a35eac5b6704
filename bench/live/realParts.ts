import { join } from "node:path";
import { ensureLab } from "../../lab/lab.ts";
import { BENCHMARK_REDIS, emptyRedis } from "../lookup/database.ts";
import { openDatabase } from "../numbers/database.ts";

/** Settings for the variant with MySQL, Redis, and required sign-in. */
interface RealParts {
  readonly settings: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** As many as the simulated callers dial; see asterisk.ts. */
const NUMBERS = 1_000;

/** The benchmark's own database and Redis, with the mappings of all numbers to be called. */
export const openRealParts = async (
  folder: string,
  asteriskUrl: string,
  progress: (line: string) => void,
): Promise<RealParts> => {
  const lab = await ensureLab(progress);
  const database = await openDatabase("mysql");
  const redisUrl = `${lab.redis.url}/${BENCHMARK_REDIS}`;
  const remove = async (): Promise<void> => {
    await emptyRedis(redisUrl);
    await database.remove();
  };
  try {
    await emptyRedis(redisUrl);
    const rows = Array.from({ length: NUMBERS }, (_, index) => {
      const digits = String(index).padStart(7, "0");
      return `('7900${digits}','7955${digits}','active')`;
    });
    await database.store.transaction((manager) =>
      manager.query(`INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ${rows.join(",")}`),
    );
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    settings: {
      DATABASE_URL: database.address.kind === "mysql" ? database.address.url : "",
      REDIS_URL: redisUrl,
      ASTERISK_URL: asteriskUrl,
      ASTERISK_PASSWORD: "simulated",
      ACCESS: "required",
      // All of the benchmark's browsers belong to the same user.
      USER_REQUESTS_PER_MINUTE: "1000000",
      LIVE_SOCKETS_PER_USER: "0",
      HTTP_CONNECTIONS: "0",
      HTTP_CONNECTIONS_PER_ADDRESS: "0",
      HTTP_PORT: "0",
      NODE_NAME: "benchmark",
      SPOOL_DIR: join(folder, "spool"),
      UPLOAD_DIR: join(folder, "uploads"),
      LOG_FORMAT: "json",
    },
    remove,
  };
};
