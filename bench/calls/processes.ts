import { availableParallelism } from "node:os";
import { labStatus } from "../../lab/lab.ts";
import { run } from "../../lab/run.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { processTimeMs } from "../support/processTime.ts";

export interface ServerPids {
  readonly asterisk: number;
  readonly mysql: number;
  readonly redis: number;
}

export const serverPids = async (): Promise<ServerPids> => {
  const parts = await labStatus();
  const pidOf = (name: string): number => {
    const pid = parts.find((part) => part.name === name)?.pid;
    if (pid === undefined || pid === null)
      throw new BenchmarkFailedError(`The lab's ${name} has ended; see npm run lab -- logs ${name}.`);
    return pid;
  };
  return { asterisk: pidOf("asterisk"), mysql: pidOf("mysql"), redis: pidOf("redis") };
};

/** Processor time in milliseconds, by process. */
export interface Cpu {
  /** null without a controller. */
  readonly controller: number | null;
  readonly asterisk: number;
  readonly mysql: number;
  readonly redis: number;
}

export const cpuNow = (pids: ServerPids, controller: number | null): Cpu => ({
  controller: controller === null ? null : processTimeMs(controller),
  asterisk: processTimeMs(pids.asterisk),
  mysql: processTimeMs(pids.mysql),
  redis: processTimeMs(pids.redis),
});

/** The cost of each of `calls` between two moments. */
export const cpuPerCall = (before: Cpu, after: Cpu, calls: number): Cpu => ({
  controller:
    before.controller === null || after.controller === null
      ? null
      : (after.controller - before.controller) / calls,
  asterisk: (after.asterisk - before.asterisk) / calls,
  mysql: (after.mysql - before.mysql) / calls,
  redis: (after.redis - before.redis) / calls,
});

export const totalOf = ({ controller, asterisk, mysql, redis }: Cpu): number =>
  (controller ?? 0) + asterisk + mysql + redis;

/** Keeps a running process off a core, or lets it use all of them again (null). */
export const keepOff = async (core: number | null, pid: number): Promise<void> => {
  const cores = Array.from({ length: availableParallelism() }, (_, index) => index);
  const allowed = cores.filter((one) => one !== core);
  await run(["taskset", "--all-tasks", "--pid", "--cpu-list", allowed.join(","), String(pid)]);
};

/** The same command, pinned to a core; null: to none. */
export const onCore = (core: number | null, command: readonly string[]): readonly string[] =>
  core === null ? command : ["taskset", "--cpu-list", String(core), ...command];
