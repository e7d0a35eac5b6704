import { cpus, loadavg, totalmem } from "node:os";

/** The conditions of a measurement, to compare it with others. */
export interface Conditions {
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memoryBytes: number;
  /** Load average of the minute before the start. Much above 0, other programs were using the machine. */
  readonly loadAverage: number;
  readonly node: string;
}

export const conditionsNow = (): Conditions => ({
  startedAt: new Date().toISOString(),
  cpus: cpus().length,
  cpuModel: cpus()[0]?.model.trim() ?? "unknown",
  memoryBytes: totalmem(),
  loadAverage: Number((loadavg()[0] ?? 0).toFixed(2)),
  node: process.version,
});

export const conditionsInWords = (conditions: Conditions): string =>
  `${conditions.startedAt}, ${conditions.cpus} × ${conditions.cpuModel}, Node ${conditions.node}, ` +
  `load ${conditions.loadAverage} at the start`;
