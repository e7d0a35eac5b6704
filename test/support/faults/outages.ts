import { Redis } from "ioredis";
import { createConnection, type Connection } from "mysql2/promise";
import { killPart, labAddresses, labStatus, type PartName, startPart } from "../../../lab/lab.ts";
import { labLayout } from "../../../lab/layout.ts";
import { labSecrets } from "../../../lab/secrets.ts";
import type { FaultSystem } from "./system.ts";

/** Something that is taken away, and given back. */
export interface Outage {
  readonly name: string;
  /** Resolves when it is away. The result brings it back. */
  begin(system: FaultSystem): Promise<() => Promise<void>>;
}

const killed = (part: PartName): Outage => ({
  name: `${part} killed`,
  async begin(system) {
    if (part === "asterisk") system.asteriskKilledAtMs.push(Date.now());
    await killPart(part);
    return () => startPart(part);
  },
});

/** It keeps its connections and responds to nothing. */
const frozen = (part: PartName): Outage => ({
  name: `${part} frozen`,
  async begin() {
    const pid = (await labStatus()).find(({ name }) => name === part)?.pid;
    if (pid === undefined || pid === null) throw new Error(`${part} does not run.`);
    process.kill(pid, "SIGSTOP");
    return async () => {
      process.kill(pid, "SIGCONT");
    };
  },
});

const asRoot = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
  const { directory, root } = labLayout();
  const connection = await createConnection({
    socketPath: `${root}/var/lib/phone-proxy-mysql/data/mysql.sock`,
    user: "root",
    password: labSecrets(directory).mysqlRoot,
  });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
};

/** MySQL with another value of a global variable. */
const mysqlWith = (name: string, variable: string, value: string, usual: string): Outage => ({
  name,
  async begin() {
    await asRoot((connection) => connection.query(`SET GLOBAL ${variable} = ${value}`));
    return () =>
      asRoot(async (connection) => void (await connection.query(`SET GLOBAL ${variable} = ${usual}`)));
  },
});

/** Every connection but the administrator's is ended, and there is room for no other. */
const mysqlOutOfConnections: Outage = {
  name: "mysql out of connections",
  async begin() {
    await asRoot(async (connection) => {
      await connection.query("SET GLOBAL max_connections = 1");
      const [rows] = await connection.query(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER <> 'root'",
      );
      for (const { id } of rows as { readonly id: number }[])
        // It may have ended by itself.
        await connection.query(`KILL ${id}`).catch(() => undefined);
    });
    const held = await createConnection({ uri: labAddresses().mysql.url });
    return async () => {
      await held.end();
      await asRoot((connection) => connection.query("SET GLOBAL max_connections = 300"));
    };
  },
};

const redisCommands = async (...commands: readonly (readonly [string, ...string[]])[]): Promise<void> => {
  const redis = new Redis(labAddresses().redis.url, { maxRetriesPerRequest: 0, lazyConnect: true });
  try {
    await redis.connect();
    for (const [command, ...values] of commands) await redis.call(command, ...values);
  } finally {
    redis.disconnect();
  }
};

const redisWith = (
  name: string,
  begin: readonly (readonly [string, ...string[]])[],
  end: readonly (readonly [string, ...string[]])[],
): Outage => ({
  name,
  async begin() {
    await redisCommands(...begin);
    return () => redisCommands(...end);
  },
});

export const mysqlOutages: readonly Outage[] = [
  killed("mysql"),
  frozen("mysql"),
  mysqlWith("mysql read-only", "super_read_only", "ON", "OFF"),
  mysqlOutOfConnections,
];

export const redisOutages: readonly Outage[] = [
  killed("redis"),
  frozen("redis"),
  // A replica of a server that is not there.
  redisWith("redis read-only", [["REPLICAOF", "127.0.0.1", "1"]], [["REPLICAOF", "NO", "ONE"]]),
  redisWith(
    "redis out of memory",
    [
      ["CONFIG", "SET", "maxmemory-policy", "noeviction"],
      ["CONFIG", "SET", "maxmemory", "1"],
    ],
    [["CONFIG", "SET", "maxmemory", "0"]],
  ),
];

export const asteriskKilled: Outage = killed("asterisk");

/** Several at once. */
export const together = (...outages: readonly Outage[]): Outage => ({
  name: outages.map(({ name }) => name).join(" and "),
  async begin(system) {
    const back: (() => Promise<void>)[] = [];
    for (const outage of outages) back.push(await outage.begin(system));
    return async () => {
      for (const bring of back.toReversed()) await bring();
    };
  },
});

/** The active controller stands still; what arrives for it waits in the kernel. */
export const controllerFrozen: Outage = {
  name: "controller frozen",
  async begin(system) {
    const controller = system.controller();
    controller.freeze();
    return async () => controller.thaw();
  },
};

export const controllerEnded = (signal: "SIGTERM" | "SIGKILL"): Outage => ({
  name: `controller ended by ${signal}`,
  async begin(system) {
    await system.endController(signal);
    return () => system.startController(0);
  },
});
