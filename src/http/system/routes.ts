import { z } from "zod";
import { may } from "../../access/rules/rights.ts";
import type { BackupWatch } from "../../ops/backup.ts";
import type { RetainedKind } from "../../privacy/retention.ts";
import type { HealthRegistry } from "../../ops/health.ts";
import type { Readiness } from "../../ops/readiness.ts";
import type { ShownSetting } from "../../values/shownSetting.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { json, jsonText, reply, text } from "../server/answers.ts";
import type { Aside } from "../server/aside.ts";
import { isoTime } from "../server/presenters.ts";
import { routesFor } from "../server/route.ts";
import { health, liveness, readiness, system, settings } from "./schema.ts";

/** The running system. */
export interface RunningSystem {
  readonly version: string;
  readonly startedAtMs: number;
  readonly backup: Pick<BackupWatch, "state">;
  /** Kinds of data that are removed when they are old. */
  readonly retention: {
    readonly states: readonly {
      readonly what: RetainedKind;
      readonly days: number | null;
      readonly lastRunAtMs: number | null;
      readonly removed: number;
    }[];
  };
  readonly settings: readonly ShownSetting[];
}

export interface SystemPorts {
  readonly health: HealthRegistry;
  readonly readiness: Pick<Readiness, "state">;
  readonly metrics: Pick<Metrics, "expose">;
  readonly system: RunningSystem;
  readonly aside: Pick<Aside, "apiDocument">;
  readonly node: string;
  readonly nowMs: () => number;
}

const tags = ["Operation"];
const route = routesFor<SystemPorts>();

export const systemRoutes = [
  route(
    {
      method: "GET",
      path: "/health",
      may: "probe",
      operationId: "health",
      tags,
      summary: "Whether calls can be handled; open to everyone, without signing in.",
      description:
        "Requests with the permission `system.read`, or from the machine itself, also get the instance and the status of each part.",
      answers: { 200: json("Calls can be handled.", health), 503: json("Calls cannot be handled.", health) },
    },
    ({ viewer, ports: { health: registry, node } }) => {
      const { status, parts } = registry.report();
      // Load balancers and monitors need only the status. The parts name machines, trunks, versions, and causes.
      return reply(status === "down" ? 503 : 200, {
        status,
        ...(may(viewer, "system.read") && { node, parts }),
      });
    },
  ),

  route(
    {
      method: "GET",
      path: "/health/live",
      may: "probe",
      operationId: "liveness",
      tags,
      summary: "Whether the process responds; restart it when it does not.",
      description:
        "Ignores the parts that the process depends on, because a restart would not bring them back.",
      answers: { 200: json("It responds.", liveness) },
    },
    () => ({ status: "live" as const }),
  ),

  route(
    {
      method: "GET",
      path: "/health/ready",
      may: "probe",
      operationId: "readiness",
      tags,
      summary: "Whether to send requests to this instance.",
      description:
        "It is ready from its first connection to the database until its stop. A later outage of the database does not count: lookups continue from the cache, and other answers say what is wrong.",
      answers: { 200: json("It is ready.", readiness), 503: json("It is starting or stopping.", readiness) },
    },
    ({ ports: { readiness: watched } }) =>
      reply(watched.state === "ready" ? 200 : 503, { status: watched.state }),
  ),

  route(
    {
      method: "GET",
      path: "/system",
      may: "system.read",
      operationId: "system",
      tags,
      summary: "The version, the uptime, the status of each part, and the age of the last backup.",
      answers: { 200: json("The system.", system) },
    },
    ({ ports: { system: running, health: registry, node, nowMs } }) => {
      const { version, startedAtMs, backup, retention } = running;
      const { status, lastAtMs, maxAgeMs } = backup.state;
      return {
        version,
        node,
        startedAt: isoTime(startedAtMs),
        uptimeSeconds: Math.max(0, Math.floor((nowMs() - startedAtMs) / 1000)),
        backup: {
          status,
          lastAt: lastAtMs === null ? null : isoTime(lastAtMs),
          maxAgeHours: maxAgeMs / 3_600_000,
        },
        retention: retention.states.map(({ lastRunAtMs, ...state }) => ({
          ...state,
          lastRunAt: lastRunAtMs === null ? null : isoTime(lastRunAtMs),
        })),
        health: registry.report(),
      };
    },
  ),

  route(
    {
      method: "GET",
      path: "/settings",
      may: "system.read",
      operationId: "listSettings",
      tags,
      summary:
        "All settings of this instance, and where each value comes from. Of a secret, only whether it is set.",
      answers: { 200: json("The settings.", settings) },
    },
    ({ ports: { system: running, node } }) => ({ node, items: [...running.settings] }),
  ),

  route(
    {
      method: "GET",
      path: "/metrics",
      may: "system.read",
      operationId: "metrics",
      tags,
      summary: "Metrics for Prometheus.",
      answers: { 200: text("The metrics.") },
    },
    async ({ ctx, ports: { metrics } }) => {
      const { contentType, body } = await metrics.expose();
      ctx.set("Content-Type", contentType);
      return body;
    },
  ),

  route(
    {
      method: "GET",
      path: "/openapi.json",
      may: "signedIn",
      operationId: "openapi",
      tags,
      summary: "This document.",
      answers: { 200: jsonText("The document.", z.looseObject({ openapi: z.string() })) },
    },
    // Created on the first request: most instances never need it.
    ({ ports: { aside } }) => aside.apiDocument(),
  ),
];
