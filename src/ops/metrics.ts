import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { callStatuses } from "../values/callRecord.ts";
import type { CallStatus } from "../values/callRecord.ts";

/** Where the answer to a lookup came from; `none` when every layer was away. */
export type LookupSource = "local" | "redis" | "database" | "none";

/**
 * What the application counts. Labels come from closed sets or from the settings, never from a call: no
 * metric can name a phone number, and no caller can make a new series.
 */
export interface Metrics {
  callEnded(status: CallStatus): void;
  /** From the arrival of the call to its answer. */
  callSetUp(tookMs: number): void;
  ariRequest(asterisk: string, outcome: "ok" | "refused" | "failed" | "timeout", tookMs: number): void;
  /** `what` is one of a few words of the client, as `late_answer`. */
  ariIncident(asterisk: string, what: string): void;
  lookup(source: LookupSource, kind: "found" | "unknown" | "unavailable"): void;
  httpAnswered(method: string, routeTemplate: string, status: number, tookMs: number): void;
  /** A figure that is read when somebody asks for the metrics. `name` as in Prometheus, without our prefix. */
  gauge(name: string, help: string, read: () => number): void;
  /** As `gauge`, one figure for each value of a label; values come from a small closed set. */
  gauges(
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [labelValue: string, figure: number]>,
  ): void;
  /** A counter that only grows, read in the same way. */
  total(name: string, help: string, read: () => number): void;
  /** As `total`, one figure for each value of a label; values come from a small closed set. */
  totals(
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [labelValue: string, figure: number]>,
  ): void;
  /** In the text format of Prometheus. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const prefix = "phone_proxy_";
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A client may send any word. */
export const methodLabel = (method: string): string => (methods.has(method) ? method : "other");

/** What `make` gave for these two words the first time. The words come from small closed sets. */
function remembered<T>(make: (one: string, other: string) => T): (one: string, other: string) => T {
  const byOne = new Map<string, Map<string, T>>();
  return (one, other) => {
    let byOther = byOne.get(one);
    if (byOther === undefined) byOne.set(one, (byOther = new Map()));
    let made = byOther.get(other);
    if (made === undefined) byOther.set(other, (made = make(one, other)));
    return made;
  };
}

export function createMetrics(options: {
  readonly node: string;
  readonly processMetrics?: boolean;
}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ node: options.node });
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const calls = new Counter({
    name: `${prefix}calls_total`,
    help: "Calls that have ended, by how they ended.",
    labelNames: ["status"] as const,
    registers,
  });
  // Made beforehand: every series is there from the start with zero, and the hot path looks nothing up.
  const callsByStatus = new Map(callStatuses.map((status) => [status, calls.labels(status)]));
  for (const counter of callsByStatus.values()) counter.inc(0);
  const setUp = new Histogram({
    name: `${prefix}call_setup_seconds`,
    help: "From the arrival of a call to its answer by the called person.",
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
    registers,
  });
  const ariRequests = new Histogram({
    name: `${prefix}ari_request_seconds`,
    help: "Requests to Asterisk by outcome; refused is an answer with an error status.",
    labelNames: ["asterisk", "outcome"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const ariIncidents = new Counter({
    name: `${prefix}ari_incidents_total`,
    help: "What went otherwise than planned with an Asterisk: connections lost, events unknown or unwanted, messages malformed, events without a time, answers late, listeners that threw.",
    labelNames: ["asterisk", "what"] as const,
    registers,
  });
  const lookups = new Counter({
    name: `${prefix}lookups_total`,
    help: "Lookups of proxy numbers, by the layer that answered and the answer.",
    labelNames: ["source", "kind"] as const,
    registers,
  });
  const http = new Histogram({
    name: `${prefix}http_request_seconds`,
    help: "Requests to the API by route.",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  });

  // On the way of every call: the labels are looked up once for each pair.
  const ariRequest = remembered((asterisk, outcome) => ariRequests.labels(asterisk, outcome));
  const lookup = remembered((source, kind) => lookups.labels(source, kind));

  return {
    callEnded: (status) => callsByStatus.get(status)?.inc(),
    callSetUp: (tookMs) => setUp.observe(tookMs / 1000),
    ariRequest: (asterisk, outcome, tookMs) => ariRequest(asterisk, outcome).observe(tookMs / 1000),
    ariIncident: (asterisk, what) => ariIncidents.labels(asterisk, what).inc(),
    lookup: (source, kind) => lookup(source, kind).inc(),
    httpAnswered: (method, routeTemplate, status, tookMs) =>
      http.labels(methodLabel(method), routeTemplate, String(status)).observe(tookMs / 1000),
    gauge: (name, help, read) => {
      const metric: Gauge = new Gauge({
        name: `${prefix}${name}`,
        help,
        registers,
        collect: () => metric.set(read()),
      });
    },
    gauges: (name, help, label, read) => {
      const metric: Gauge = new Gauge({
        name: `${prefix}${name}`,
        help,
        labelNames: [label],
        registers,
        collect: () => {
          metric.reset();
          for (const [value, figure] of read()) metric.labels(value).set(figure);
        },
      });
    },
    total: (name, help, read) => {
      const metric: Counter = new Counter({
        name: `${prefix}${name}`,
        help,
        registers,
        collect: () => {
          metric.reset();
          metric.inc(read());
        },
      });
    },
    totals: (name, help, label, read) => {
      const metric: Counter = new Counter({
        name: `${prefix}${name}`,
        help,
        labelNames: [label],
        registers,
        collect: () => {
          metric.reset();
          for (const [value, figure] of read()) metric.labels(value).inc(figure);
        },
      });
    },
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
