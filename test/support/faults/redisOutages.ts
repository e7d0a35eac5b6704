import { Redis } from "ioredis";
import { labAddresses } from "../../../lab/lab.ts";
import { DATA_FOLDER } from "../../../lab/parts/redis.ts";
import { until } from "../until.ts";
import type { Outage } from "./outage.ts";
import { ServerDisk } from "./serverDisk.ts";
import { undoable } from "./undoable.ts";

type Command = readonly [string, ...string[]];

const connect = async (): Promise<Redis> => {
  const redis = new Redis(labAddresses().redis.url, { maxRetriesPerRequest: 0, lazyConnect: true });
  // It reports an error to everything that waits for an answer.
  redis.on("error", () => undefined);
  await redis.connect();
  return redis;
};

const commands = async (...list: readonly Command[]): Promise<void> => {
  const redis = await connect();
  try {
    for (const [command, ...values] of list) await redis.call(command, ...values);
  } finally {
    redis.disconnect();
  }
};

const redisWith = (name: string, begin: readonly Command[], end: readonly Command[]): Outage => ({
  name,
  begin: () =>
    undoable(async (undoWith) => {
      undoWith(() => commands(...end));
      await commands(...begin);
    }),
});

/** A replica of a server that is not there. */
export const redisReadOnly = redisWith(
  "redis read-only",
  [["REPLICAOF", "127.0.0.1", "1"]],
  [["REPLICAOF", "NO", "ONE"]],
);

export const redisOutOfMemory = redisWith(
  "redis out of memory",
  [
    ["CONFIG", "SET", "maxmemory-policy", "noeviction"],
    ["CONFIG", "SET", "maxmemory", "1"],
  ],
  [["CONFIG", "SET", "maxmemory", "0"]],
);

/** Every connection but the administrator's is ended, and there is room for no other. */
export const redisOutOfConnections: Outage = {
  name: "redis out of connections",
  begin: () =>
    undoable(async (undoWith) => {
      const redis = await connect();
      undoWith(async () => redis.disconnect());
      undoWith(async () => void (await redis.call("CONFIG", "SET", "maxclients", "10000")));
      await redis.call("CONFIG", "SET", "maxclients", "1");
      for (const kind of ["normal", "pubsub"])
        await redis.call("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes");
    }),
};

const saved = (redis: Redis, status: "ok" | "err"): Promise<void> =>
  until(
    async () => {
      if ((await redis.info("persistence")).includes(`rdb_last_bgsave_status:${status}`)) return true;
      // It may be saving already.
      await redis.call("BGSAVE").catch(() => undefined);
      return false;
    },
    { everyMs: 50 },
  );

const data = new ServerDisk("redis", DATA_FOLDER, "4m");

/** It can no longer save its data, and then rejects every write. */
export const redisOutOfDisk: Outage = {
  name: "redis out of disk",
  prepare: () => data.prepare(),
  begin: () =>
    undoable(async (undoWith) => {
      const { disk } = data;
      const redis = await connect();
      undoWith(async () => redis.disconnect());
      undoWith(async () => {
        disk.free();
        await saved(redis, "ok");
        await redis.call("CONFIG", "SET", "save", "");
      });
      disk.fill();
      await redis.call("CONFIG", "SET", "save", "3600 1");
      await saved(redis, "err");
    }),
};
