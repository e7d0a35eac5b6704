import { killPart, labStatus, type PartName, startPart } from "../../../lab/lab.ts";
import { mysqlOutOfDisk, mysqlOutOfConnections, mysqlReadOnly } from "./mysqlOutages.ts";
import type { Outage } from "./outage.ts";
import { redisOutOfDisk, redisOutOfConnections, redisOutOfMemory, redisReadOnly } from "./redisOutages.ts";

const pidOf = async (part: PartName): Promise<number> => {
  const pid = (await labStatus()).find(({ name }) => name === part)?.pid;
  if (pid === undefined || pid === null) throw new Error(`${part} does not run.`);
  return pid;
};

const killed = (part: PartName): Outage => ({
  name: `${part} killed`,
  async begin() {
    await killPart(part);
    return () => startPart(part);
  },
});

/** It keeps its connections and responds to nothing. */
const frozen = (part: PartName): Outage => ({
  name: `${part} frozen`,
  async begin() {
    const pid = await pidOf(part);
    process.kill(pid, "SIGSTOP");
    return async () => void process.kill(pid, "SIGCONT");
  },
});

export const mysqlKilled = killed("mysql");
export const mysqlFrozen = frozen("mysql");
export const redisKilled = killed("redis");
export const redisFrozen = frozen("redis");

export const mysqlOutages: readonly Outage[] = [
  mysqlKilled,
  mysqlFrozen,
  mysqlReadOnly,
  mysqlOutOfConnections,
  mysqlOutOfDisk,
];

export const redisOutages: readonly Outage[] = [
  redisKilled,
  redisFrozen,
  redisReadOnly,
  redisOutOfMemory,
  redisOutOfConnections,
  redisOutOfDisk,
];

export const asteriskKilled: Outage = {
  name: "asterisk killed",
  async begin(system) {
    const pid = await pidOf("asterisk");
    system.asteriskDies();
    process.kill(pid, "SIGKILL");
    await killPart("asterisk");
    system.asteriskIsDead();
    return async () => {
      await startPart("asterisk");
      system.asteriskIsBack();
    };
  },
};
