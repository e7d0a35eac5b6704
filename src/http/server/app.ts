import { Router } from "@koa/router";
import Koa from "koa";
import helmet from "koa-helmet";
import type { Imports } from "../../imports/job/imports.ts";
import type { MappingEditor, MappingSearch } from "../../numbers/mappings/types.ts";
import type { MappingReader, Pools, ProxyLookup } from "../../numbers/types.ts";
import type { HealthRegistry } from "../../ops/health.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { Clock, Logger } from "../../ops/types.ts";
import type { HttpAccess } from "../access/httpAccess.ts";
import type { EventLoopWatch } from "../../ops/eventLoop.ts";
import type { Aside } from "./aside.ts";
import { createClientAddress } from "./clientAddress.ts";
import { addDocsRoutes } from "../system/docsRoutes.ts";
import { addImportRoutes } from "../imports/routes.ts";
import { addExportRoutes } from "../mappings/exportRoutes.ts";
import { createNumberReader } from "../mappings/lookupNumbers.ts";
import { servedRoutes } from "../features.ts";
import { createFields } from "./fields.ts";
import { createRouting } from "./routing.ts";
import { addMappingRoutes } from "../mappings/routes.ts";
import { answerProblems, observeRequests } from "./middleware.ts";
import { addOperationRoutes } from "../system/routes.ts";
import type { SystemPorts } from "../system/routes.ts";
import { addPoolRoutes } from "../pools/routes.ts";
import { addUploadRoute } from "../imports/uploadRoute.ts";
import { addWatchRoutes, type WatchPorts } from "../stats/watchRoutes.ts";
import { addWebRoutes } from "../web/routes.ts";

export interface HttpPorts {
  readonly lookup: ProxyLookup;
  readonly mappings: MappingReader;
  readonly search: MappingSearch;
  readonly editor: MappingEditor;
  readonly pools: Pools;
  /** For what would hold up calls. */
  readonly aside: Aside;
  readonly imports: Imports;
  /** null where nobody watches calls. */
  readonly watch: WatchPorts | null;
  /** Who may do what; asked before every route. */
  readonly access: HttpAccess;
  readonly health: HealthRegistry;
  readonly system: SystemPorts;
  readonly metrics: Pick<Metrics, "httpAnswered" | "expose">;
  readonly eventLoop?: Pick<EventLoopWatch, "begin">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
}

export interface HttpAppOptions {
  /** Name of this instance. */
  readonly node: string;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  /** Where uploads lie while they are read. */
  readonly uploadDirectory: string;
  readonly uploadMaxBytes: number;
  readonly trustedProxies: readonly string[];
  /** Where the built web pages lie; where `npm run build:web` puts them when absent. */
  readonly webDirectory?: string;
}

/** The API. It only translates: each route reads its input, calls one port and presents the answer. */
export function createHttpApp(ports: HttpPorts, options: HttpAppOptions): Koa {
  const { logger, metrics, mappings, clock } = ports;
  const nowMs = (): number => clock.nowMs();
  const router = new Router();
  const { defaultCountry } = options;
  const clientAddress = createClientAddress(options.trustedProxies);
  const routes = servedRoutes(
    { lookups: { lookup: ports.lookup, mappings, readNumber: createNumberReader(defaultCountry), nowMs } },
    createFields(defaultCountry),
  );
  // Whether the way here is https, and has to be, is for the reverse proxy to say.
  const browserHeaders = helmet({
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
    // Without any, a browser that sends a form calls our own page's origin `null`, as if it were a foreign one's.
    referrerPolicy: { policy: "same-origin" },
  });
  addMappingRoutes(router, { search: ports.search, editor: ports.editor, defaultCountry, nowMs });
  addExportRoutes(router, { search: ports.search, defaultCountry, nowMs });
  addPoolRoutes(router, { pools: ports.pools, aside: ports.aside, defaultCountry });
  addUploadRoute(router, {
    imports: ports.imports,
    directory: options.uploadDirectory,
    maxBytes: options.uploadMaxBytes,
    node: options.node,
  });
  if (ports.watch !== null)
    addWatchRoutes(router, ports.watch, {
      node: options.node,
      defaultCountry: options.defaultCountry,
      nowMs,
    });
  ports.access.addRoutes(router);
  addDocsRoutes(router, ports.aside);
  addImportRoutes(router, ports.imports);
  addOperationRoutes(router, {
    health: ports.health,
    metrics,
    system: ports.system,
    node: options.node,
    nowMs,
  });
  addWebRoutes(router, options.webDirectory);

  const app = new Koa();
  // What reaches this has begun its answer already: a client that went away, or an export cut off in the middle.
  app.on("error", (error: unknown) => logger.warn("An answer broke off", { error }));
  app.use(observeRequests({ logger, metrics, clientAddress, eventLoop: ports.eventLoop }));
  app.use(answerProblems(logger));
  const { gate, audit } = ports.access;
  app.use(createRouting(routes, { gate, audit, clientAddress, browserHeaders }));
  app.use(ports.access.middleware);
  app.use(browserHeaders);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
