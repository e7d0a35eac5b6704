import { accountRoutes } from "./access/accountRoutes.ts";
import { adminRoutes } from "./access/adminRoutes.ts";
import { auditRoutes } from "./access/auditRoutes.ts";
import type { AuditPorts } from "./access/auditRoutes.ts";
import { revealRoutes } from "./access/revealRoutes.ts";
import type { RevealPorts } from "./access/revealRoutes.ts";
import { currentSessionRoute, sessionRoutes } from "./access/sessionRoutes.ts";
import type { CurrentSessionPorts, SessionPorts } from "./access/sessionRoutes.ts";
import { userRoutes } from "./access/userRoutes.ts";
import { exportRoutes as callExportRoutes } from "./calls/exportRoutes.ts";
import type { ExportPorts as CallExportPorts } from "./calls/exportRoutes.ts";
import { callRoutes } from "./calls/routes.ts";
import type { CallPorts } from "./calls/routes.ts";
import { lineRoutes } from "./calls/lineRoutes.ts";
import type { LinePorts } from "./calls/lineRoutes.ts";
import { addRoutes } from "./mappings/addRoutes.ts";
import type { AddPorts } from "./mappings/addRoutes.ts";
import { bulkRoutes } from "./mappings/bulkRoutes.ts";
import { exportRoutes } from "./mappings/exportRoutes.ts";
import type { ExportPorts } from "./mappings/exportRoutes.ts";
import { historyExportRoute, historyRoute } from "./mappings/historyRoute.ts";
import type { HistoryPorts } from "./mappings/historyRoute.ts";
import { changeRoutes, listRoutes } from "./mappings/routes.ts";
import type { MappingPorts } from "./mappings/routes.ts";
import { simulateRoute } from "./mappings/simulateRoute.ts";
import { testCallRoutes } from "./mappings/testCallRoutes.ts";
import type { TestCallPorts } from "./mappings/testCallRoutes.ts";
import type { SimulatePorts } from "./mappings/simulateRoute.ts";
import { privacyRoutes } from "./privacy/routes.ts";
import type { PrivacyPorts } from "./privacy/routes.ts";
import { poolRoutes } from "./pools/routes.ts";
import type { PoolPorts } from "./pools/routes.ts";
import { importRoutes } from "./imports/routes.ts";
import type { ImportPorts } from "./imports/routes.ts";
import { uploadRoute } from "./imports/uploadRoute.ts";
import type { UploadPorts } from "./imports/uploadRoute.ts";
import { lookupRoutes } from "./mappings/lookupRoutes.ts";
import type { LookupPorts } from "./mappings/lookupRoutes.ts";
import { liveRoute } from "./live/routes.ts";
import { statsRoutes } from "./stats/routes.ts";
import type { StatsPorts } from "./stats/routes.ts";
import { docsPages } from "./system/docs.ts";
import { setupRoute } from "./system/setupRoute.ts";
import type { SetupPorts } from "./system/setupRoute.ts";
import { systemRoutes } from "./system/routes.ts";
import type { SystemPorts } from "./system/routes.ts";
import { webPages } from "./web/routes.ts";
import type { WebPorts } from "./web/routes.ts";
import type { InputReaders, Route } from "./server/route.ts";
import type { ServedRoute } from "./server/routing.ts";

/** The ports of each feature's handlers. */
interface FeaturePorts {
  readonly imports: ImportPorts & UploadPorts;
  readonly lookups: LookupPorts;
  readonly mappings: MappingPorts & AddPorts & ExportPorts & HistoryPorts & SimulatePorts;
  readonly pools: PoolPorts;
  readonly privacy: PrivacyPorts;
  readonly calls: CallPorts & CallExportPorts;
  readonly testCalls: TestCallPorts;
  readonly lines: LinePorts;
  readonly live: object;
  readonly stats: StatsPorts;
  readonly system: SystemPorts;
  readonly setup: SetupPorts;
  readonly session: CurrentSessionPorts;
  readonly access: SessionPorts & RevealPorts & AuditPorts;
  readonly docs: object;
  readonly web: WebPorts;
}

/** The routes of each feature, in the order of the OpenAPI document. */
const features: { readonly [Feature in keyof FeaturePorts]: readonly Route<FeaturePorts[Feature]>[] } = {
  imports: [uploadRoute, ...importRoutes],
  lookups: lookupRoutes,
  mappings: [
    ...listRoutes,
    ...addRoutes,
    ...bulkRoutes,
    historyRoute,
    historyExportRoute,
    simulateRoute,
    ...changeRoutes,
    ...exportRoutes,
  ],
  pools: poolRoutes,
  privacy: privacyRoutes,
  calls: [...callRoutes, ...callExportRoutes],
  testCalls: testCallRoutes,
  lines: lineRoutes,
  live: [liveRoute],
  stats: statsRoutes,
  system: systemRoutes,
  setup: [setupRoute],
  session: [currentSessionRoute],
  access: [
    ...sessionRoutes,
    ...accountRoutes,
    ...userRoutes,
    ...adminRoutes,
    ...auditRoutes,
    ...revealRoutes,
  ],
  docs: docsPages,
  web: webPages,
};

export const everyRoute: readonly Pick<Route<never>, "rule" | "operation">[] = Object.values(features).flat();

/** A feature without ports is disabled and has no routes. */
type SwitchedPorts = { readonly [Feature in keyof FeaturePorts]: FeaturePorts[Feature] | null };

/** @param lagging the ports that routes with `mayLag` use for viewers who have not written recently; null: the same ones. */
export function servedRoutes(
  ports: Partial<SwitchedPorts>,
  input: InputReaders,
  lagging: Partial<SwitchedPorts> | null = null,
): readonly ServedRoute[] {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties the routes to the ports of their feature
  const served = <Feature extends keyof FeaturePorts>(feature: Feature): readonly ServedRoute[] => {
    const own: FeaturePorts[Feature] | null = ports[feature] ?? null;
    const late: FeaturePorts[Feature] | null = lagging?.[feature] ?? null;
    const routes: readonly Route<FeaturePorts[Feature]>[] = features[feature];
    if (own === null) return [];
    return routes.map(({ rule, bind }) => ({
      rule,
      handle: bind(own, input),
      ...(late !== null && rule.mayLag && { handleLagging: bind(late, input) }),
    }));
  };
  return namesOf(features).flatMap((feature) => served(feature));
}

function namesOf<All extends object>(all: All): (keyof All)[] {
  const names: (keyof All)[] = [];
  for (const name in all) names.push(name);
  return names;
}
