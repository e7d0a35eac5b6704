import { once } from "node:events";
import { createConnection } from "node:net";
import { LAB_HOST, portSettings, type LabLayout } from "../layout.ts";
import type { LabPart } from "./part.ts";

/** An inline command of Redis's protocol, which needs no client. */
const ping = async (port: number): Promise<string> => {
  const connection = createConnection({ host: LAB_HOST, port });
  connection.setTimeout(1_000, () => connection.destroy(new Error("no answer within a second")));
  try {
    connection.write("PING\r\n");
    const [answer] = (await once(connection, "data")) as [Buffer];
    return answer.toString().trim();
  } finally {
    connection.destroy();
  }
};

const PROGRAM = "/usr/bin/redis-server";
/** Where it would write its data, in the lab's root folder. */
export const DATA_FOLDER = "/var/lib/redis";

/** Keeps nothing on disk, because the application must be able to lose everything in Redis. */
export const redisPart = (layout: LabLayout): LabPart => {
  const port = layout.ports.redis;
  const command = [
    "chroot",
    "--userspec=redis:redis",
    layout.root,
    PROGRAM,
    "--bind",
    LAB_HOST,
    "--port",
    String(port),
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    DATA_FOLDER,
    "--daemonize",
    "no",
  ];
  return {
    name: "redis",
    endpoints: [{ protocol: "tcp", host: LAB_HOST, port, setting: portSettings.redis.setting }],
    command,
    program: PROGRAM,
    stopGraceMs: 10_000,
    logFiles: [],
    fingerprint: async () => command.join(" "),
    prepare: async () => undefined,
    ask: async () => {
      const answer = await ping(port);
      if (answer !== "+PONG") throw new Error(`Redis's response to PING is ${answer}`);
    },
  };
};
