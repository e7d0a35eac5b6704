import { actorOf } from "../../access/auditLog.ts";
import type { Privacy } from "../../privacy/privacy.ts";
import type { ErasureReport, PrivacyReport } from "../../privacy/types.ts";
import { presentMapping } from "../mappings/present.ts";
import type { MappingView } from "../mappings/present.ts";
import { bodyInvalid, databaseAway, json } from "../server/answers.ts";
import { isoTime } from "../server/presenters.ts";
import { routesFor } from "../server/route.ts";
import { erasureReport, numberBody, privacyReport } from "./schema.ts";

export interface PrivacyPorts {
  readonly privacy: Privacy;
  readonly mappingView: MappingView;
}

const tags = ["Privacy"];
const refusals = { ...bodyInvalid, ...databaseAway };
const route = routesFor<PrivacyPorts>();

export const privacyRoutes = [
  route(
    {
      method: "POST",
      path: "/privacy/report",
      may: "privacy.erase",
      audit: "privacy.report",
      operationId: "reportNumber",
      tags,
      summary: "Everything held about a person's number, on every instance; audited without the number.",
      body: numberBody,
      answers: { 200: json("The data found, by place.", privacyReport) },
      refusals,
    },
    async ({ body: { number }, viewer, note, ports: { privacy, mappingView } }) => {
      const report = await privacy.report(number);
      const { mappings, calls } = report;
      note({ details: { mappings: report.findings.mappings, calls: report.findings.calls } });
      return {
        ...presentCommon(report),
        mappings: mappings.map((one) => presentMapping(one, mappingView, viewer)),
        calls: calls.map(({ startedAtMs, ...call }) => ({ ...call, startedAt: isoTime(startedAtMs) })),
      };
    },
  ),

  route(
    {
      method: "POST",
      path: "/privacy/erase",
      may: "privacy.erase",
      audit: "privacy.erase",
      operationId: "eraseNumber",
      tags,
      summary: "Erase a person's number everywhere, on every instance.",
      description:
        "Releases the mapping and removes the number from records, imports and their files, spools, and caches. A call in " +
        "progress goes on and is recorded without the number. Repeating the request is harmless. The audit log has the " +
        "IDs of the mappings.",
      body: numberBody,
      answers: { 200: json("The data erased, by place, without the number.", erasureReport) },
      refusals,
    },
    async ({ body: { number }, viewer, note, ports: { privacy } }) => {
      const report = await privacy.erase(number, actorOf(viewer));
      const [first] = report.mappingIds;
      note({
        ...(first !== undefined && { target: { kind: "mappings", id: String(first) } }),
        details: {
          mappings: report.findings.mappings,
          calls: report.findings.calls,
          importRows: report.findings.importRows,
          isComplete: report.isComplete,
        },
      });
      return { ...presentCommon(report), mappingIds: [...report.mappingIds], isComplete: report.isComplete };
    },
  ),
];

function presentCommon(report: ErasureReport | PrivacyReport) {
  const { findings, imports, instances, silentNodes, isProxyNumber, remains } = report;
  return {
    findings,
    imports: imports.map(({ importId, rows, inDescription }) => ({ id: importId, rows, inDescription })),
    instances: [...instances],
    silentInstances: [...silentNodes],
    isProxyNumber,
    remains: remains.map(({ where, untilMs }) => ({
      where,
      until: untilMs === null ? null : isoTime(untilMs),
    })),
  };
}
