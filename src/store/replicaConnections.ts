import type { DataSource, EntityManager, QueryRunner } from "typeorm";
import { rowOf, time } from "./row.ts";
import { execute, selectRow } from "./sql.ts";

interface Cluster {
  getConnection: (pattern: string, done: (error: unknown, connection: unknown) => void) => void;
}

const isCluster = (value: unknown): value is Cluster =>
  typeof value === "object" && value !== null && "getConnection" in value;

/** How TypeORM asks for any of its replicas, which it calls SLAVE0, SLAVE1, and so on. */
const anyReplica = "SLAVE*";

/** Connects a runner of the mode "slave" to a specific replica. */
export type ConnectToReplica = (runner: QueryRunner, index: number) => Promise<unknown>;

/**
 * The driver's cluster gives connections to all replicas in turn, also to those that are far behind, and keeps a request waiting
 * for one that hangs. Which replica answers is therefore decided here.
 */
export function replicaConnector(dataSource: DataSource): ConnectToReplica {
  const cluster: unknown = Reflect.get(dataSource.driver, "poolCluster");
  if (!isCluster(cluster)) throw new Error("The database has no replicas.");
  const take = cluster.getConnection.bind(cluster);
  let wanted = anyReplica;
  cluster.getConnection = (pattern, done) => take(pattern === anyReplica ? wanted : pattern, done);
  return (runner, index) => {
    wanted = `SLAVE${index}`;
    try {
      // It asks the cluster before it returns.
      return runner.connect();
    } finally {
      wanted = anyReplica;
    }
  };
}

const oneBeat = "name = 'primary'";

/** SQL, because only the primary's own clock is the same for all servers. */
export async function writeHeartbeat(manager: EntityManager): Promise<number> {
  // Instances do this at the same time; one write in a second is enough.
  await execute(
    manager,
    `UPDATE replication_heartbeat SET beat_at = UTC_TIMESTAMP(3) WHERE ${oneBeat}
       AND beat_at NOT BETWEEN UTC_TIMESTAMP(3) - INTERVAL 900000 MICROSECOND AND UTC_TIMESTAMP(3)`,
  );
  const row = await selectRow(manager, rowOf({ now: time }), "SELECT UTC_TIMESTAMP(3) AS now");
  if (row === null) throw new Error("The primary has no time.");
  return row.now;
}

/** Rejects if the table is not there yet. */
export async function readHeartbeat(manager: EntityManager): Promise<number> {
  const row = await selectRow(
    manager,
    rowOf({ beatAt: time }),
    `SELECT beat_at FROM replication_heartbeat WHERE ${oneBeat}`,
  );
  if (row === null) throw new Error("The replica has no heartbeat.");
  return row.beatAt;
}
