import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { callStatuses } from "../values/callRecord.ts";
import type { CallStatus } from "../values/callRecord.ts";
import { redactText } from "./redact.ts";

/** Which layer answered a lookup; `none` if all layers were unavailable. */
type LookupSource = "local" | "redis" | "database" | "none";

/**
 * The application's metrics. Labels come from closed sets or from the settings, never from a call, so no metric can
 * contain a phone number and no caller can create a series.
 */
export interface Metrics {
  callEnded(status: CallStatus): void;
  /** From the arrival of the call to its answer. */
  callSetUp(tookMs: number): void;
  /** From the arrival of the call to dialling the callee: the part that the application answers for. */
  callDialled(tookMs: number): void;
  ariRequest(asterisk: string, outcome: "ok" | "refused" | "failed" | "timeout", tookMs: number): void;
  /** `what` comes from a small set defined by the client, e.g. `late_answer`. */
  ariIncident(asterisk: string, what: string): void;
  lookup(source: LookupSource, kind: "found" | "unknown" | "unavailable" | "late"): void;
  httpAnswered(method: string, routeTemplate: string, status: number, tookMs: number): void;
  /**
   * A gauge that is read when metrics are scraped; null if there is no figure now. `name` as in Prometheus, without
   * our prefix.
   */
  gauge(name: string, help: string, read: () => number | null): void;
  /**
   * Like `gauge`, with one value per label value; label values come from a small closed set, or from the settings.
   * Phone numbers in them are replaced, because a trunk may be named after its number.
   */
  gauges(
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [labelValue: string, figure: number]>,
  ): void;
  /** A monotonic counter, read in the same way. */
  total(name: string, help: string, read: () => number): void;
  /** Like `total`, with one value per label value; label values come from a small closed set. */
  totals(
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [labelValue: string, figure: number]>,
  ): void;
  /** In Prometheus text format. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const prefix = "phone_proxy_";
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Clients may send any method. */
export const methodLabel = (method: string): string => (methods.has(method) ? method : "other");

/** Caches the result of `make` for each pair of labels, which come from small closed sets. */
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

/** Replaces phone numbers, and keeps apart the values that contained different ones. */
function labels(): (value: string) => string {
  const known = new Map<string, string>();
  return (value) => {
    let label = known.get(value);
    if (label === undefined) {
      label = redactText(value);
      if (label !== value) label += ` ${known.size + 1}`;
      known.set(value, label);
    }
    return label;
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
    help: "Ended calls by status.",
    labelNames: ["status"] as const,
    registers,
  });
  // Created up front: every series starts at zero, and the hot path looks nothing up.
  const callsByStatus = new Map(callStatuses.map((status) => [status, calls.labels(status)]));
  for (const counter of callsByStatus.values()) counter.inc(0);
  const setUp = new Histogram({
    name: `${prefix}call_setup_seconds`,
    help: "From the arrival of a call to its answer by the callee.",
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
    registers,
  });
  const dialled = new Histogram({
    name: `${prefix}call_dial_seconds`,
    help: "From the arrival of a call to dialling the callee.",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const ariRequests = new Histogram({
    name: `${prefix}ari_request_seconds`,
    help: "Requests to Asterisk by outcome; refused means an error status.",
    labelNames: ["asterisk", "outcome"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const ariIncidents = new Counter({
    name: `${prefix}ari_incidents_total`,
    help: "Incidents with an Asterisk: lost connections, unknown or unwanted events, malformed messages, events without a timestamp, late answers, failed listeners.",
    labelNames: ["asterisk", "what"] as const,
    registers,
  });
  const lookups = new Counter({
    name: `${prefix}lookups_total`,
    help: "Proxy number lookups by answering layer and result.",
    labelNames: ["source", "kind"] as const,
    registers,
  });
  const http = new Histogram({
    name: `${prefix}http_request_seconds`,
    help: "API requests by route.",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  });

  // On the hot path of every call: look up the labels once per pair.
  const ariRequest = remembered((asterisk, outcome) => ariRequests.labels(asterisk, outcome));
  const httpByStatus = remembered(() => new Map<number, ReturnType<typeof http.labels>>());
  const lookup = remembered((source, kind) => lookups.labels(source, kind));

  return {
    callEnded: (status) => callsByStatus.get(status)?.inc(),
    callSetUp: (tookMs) => setUp.observe(tookMs / 1000),
    callDialled: (tookMs) => dialled.observe(tookMs / 1000),
    ariRequest: (asterisk, outcome, tookMs) => ariRequest(asterisk, outcome).observe(tookMs / 1000),
    ariIncident: (asterisk, what) => ariIncidents.labels(asterisk, what).inc(),
    lookup: (source, kind) => lookup(source, kind).inc(),
    httpAnswered(method, routeTemplate, status, tookMs) {
      const known = httpByStatus(methodLabel(method), routeTemplate);
      let child = known.get(status);
      if (child === undefined) {
        child = http.labels(methodLabel(method), routeTemplate, String(status));
        known.set(status, child);
      }
      child.observe(tookMs / 1000);
    },
    gauge: (name, help, read) => {
      const metric: Gauge = new Gauge({
        name: `${prefix}${name}`,
        help,
        registers,
        collect: () => {
          const figure = read();
          if (figure === null) metric.remove();
          else metric.set(figure);
        },
      });
    },
    gauges: (name, help, label, read) => {
      const labelOf = labels();
      const metric: Gauge = new Gauge({
        name: `${prefix}${name}`,
        help,
        labelNames: [label],
        registers,
        collect: () => {
          metric.reset();
          for (const [value, figure] of read()) metric.labels(labelOf(value)).set(figure);
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
