import Koa from "koa";
import helmet from "koa-helmet";
import type { RecentWriters } from "../../access/recentWriters.ts";
import type { Imports } from "../../imports/job/imports.ts";
import type { RenumberMapping } from "../../numbers/mappings/renumber.ts";
import type { AddMapping } from "../../numbers/mappings/add.ts";
import type { MappingEditor, MappingSearch } from "../../numbers/mappings/types.ts";
import type { CallLookup } from "../../values/knownParties.ts";
import type { LookupPorts } from "../mappings/lookupRoutes.ts";
import type { SimulatePorts } from "../mappings/simulateRoute.ts";
import type { MappingReader, Pools, ProxyLookup } from "../../numbers/types.ts";
import type { HealthRegistry } from "../../ops/health.ts";
import type { Readiness } from "../../ops/readiness.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import type { HttpAccess } from "../access/httpAccess.ts";
import type { EventLoopWatch } from "../../ops/eventLoop.ts";
import type { Aside } from "./aside.ts";
import { createBodyReader } from "./body.ts";
import { createClientAddress } from "./clientAddress.ts";
import { createNumberReader } from "../mappings/lookupNumbers.ts";
import { servedRoutes } from "../features.ts";
import { createFields } from "./fields.ts";
import { createRouting } from "./routing.ts";
import { answerProblems, isDisconnect, observeRequests } from "./middleware.ts";
import type { RunningSystem } from "../system/routes.ts";
import type { SetupGuide } from "../system/setupRoute.ts";
import { removeArrivals } from "../../imports/job/uploadFolders.ts";
import type { CallReader } from "../../callLog/database/callReader.ts";
import type { CallStats } from "../../callLog/database/callStats.ts";
import type { HangUps } from "../../live/hangups.ts";
import type { TestCalls } from "../../live/testCalls.ts";
import type { ResponseTimes } from "../stats/responseTimes.ts";
import type { LinePorts } from "../calls/lineRoutes.ts";
import type { Privacy } from "../../privacy/privacy.ts";
import { createWebPorts } from "../web/routes.ts";

/** Parts that serve watchers of calls. */
export interface LivePorts {
  readonly calls: CallReader;
  readonly stats: CallStats;
  readonly hangUps: Pick<HangUps, "hangUp">;
  readonly testCalls: Pick<TestCalls, "place" | "find">;
  readonly responseTimes: ResponseTimes;
}

/** Routes that replicas of the database answer. */
export interface LaggingLists {
  readonly search: MappingSearch;
  readonly calls: CallReader;
  readonly stats: CallStats;
  readonly recentWriters: RecentWriters;
}

export interface HttpPorts {
  readonly lookup: ProxyLookup;
  readonly callLookup: CallLookup;
  readonly lookupTally: LookupPorts["tally"];
  readonly simulate: SimulatePorts["simulate"];
  readonly mappings: MappingReader;
  readonly search: MappingSearch;
  /** For lists, exports, and statistics of viewers who have not written recently; null: as for all others. */
  readonly lists?: LaggingLists | null;
  readonly editor: MappingEditor;
  readonly add: AddMapping;
  readonly renumber: RenumberMapping;
  readonly pools: Pools;
  /** For work that would block calls. */
  readonly aside: Aside;
  readonly imports: Imports;
  /** null: the server has no routes about calls. */
  readonly live: LivePorts | null;
  /** null: the server takes no lines of Asterisk's call file. */
  readonly lines: LinePorts | null;
  /** null: the server has no privacy routes. */
  readonly privacy: Privacy | null;
  /** The access rules, checked before every route. */
  readonly access: HttpAccess;
  readonly health: HealthRegistry;
  readonly readiness: Pick<Readiness, "state">;
  readonly system: RunningSystem;
  /** null: the server has no setup guide. */
  readonly setup: SetupGuide | null;
  readonly metrics: Pick<Metrics, "httpAnswered" | "expose">;
  readonly eventLoop?: Pick<EventLoopWatch, "begin">;
  readonly clock: SteadyClock;
  readonly logger: Logger;
}

interface HttpAppOptions {
  /** The name of this instance. */
  readonly node: string;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  /** Premium-rate, shared-cost, and satellite numbers may be real numbers. */
  readonly acceptPremium?: boolean;
  /** IANA name: an expiry without a time is the end of a day there. */
  readonly timeZone?: string;
  /** The folder of uploads while they are read. */
  readonly uploadDirectory: string;
  readonly uploadMaxBytes: number;
  readonly trustedProxies: readonly string[];
  /** The folder of the built web pages; by default that of `npm run build:web`. */
  readonly webDirectory?: string;
}

/** The API. It only translates: each route reads its input, calls one port, and presents the result. */
export function createHttpApp(ports: HttpPorts, options: HttpAppOptions): Koa {
  const { logger, metrics, mappings, clock } = ports;
  const nowMs = (): number => clock.nowMs();
  const { defaultCountry, acceptPremium, timeZone = "UTC" } = options;
  const clientAddress = createClientAddress(options.trustedProxies);
  const fields = createFields(defaultCountry, { acceptPremium, timeZone });
  const { aside, system, health, readiness, access, lists = null } = ports;
  const { node } = options;
  removeArrivals(options.uploadDirectory, node);
  const readNumber = createNumberReader(defaultCountry);
  const web = createWebPorts(options.webDirectory);
  const featurePorts = (search: MappingSearch, live: LivePorts | null) => ({
    imports: {
      imports: ports.imports,
      directory: options.uploadDirectory,
      maxBytes: options.uploadMaxBytes,
      node,
    },
    lookups: {
      lookup: ports.lookup,
      callLookup: ports.callLookup,
      mappings,
      readNumber,
      nowMs,
      tally: ports.lookupTally,
    },
    mappings: {
      search,
      mappings,
      editor: ports.editor,
      add: ports.add,
      renumber: ports.renumber,
      history: access.history,
      simulate: ports.simulate,
      nowMs,
      timeZone,
    },
    pools: { pools: ports.pools, aside },
    calls: live && {
      ...live,
      search,
      readNumber: fields.readNumber,
      defaultCountry,
      nowMs,
    },
    testCalls: live && { testCalls: live.testCalls, search, simulate: ports.simulate },
    lines: ports.lines,
    privacy: ports.privacy && { privacy: ports.privacy, mappingView: { nowMs, timeZone } },
    live: live && {},
    stats: live && { stats: live.stats, responseTimes: live.responseTimes, node, nowMs },
    system: { health, readiness, metrics, system, aside, node, nowMs },
    setup: ports.setup && { setup: ports.setup },
    session: { access: access.ports?.access ?? null },
    access: access.ports,
    docs: {},
    web,
  });
  const routes = servedRoutes(
    featurePorts(ports.search, ports.live),
    { fields, bodies: createBodyReader(clock) },
    lists && featurePorts(lists.search, ports.live && { ...ports.live, ...lists }),
  );
  // HTTPS and HSTS are up to the reverse proxy.
  const browserHeaders = helmet({
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
    // Without a policy, browsers send the origin `null` for a form of our own page, as if it were a foreign one.
    referrerPolicy: { policy: "same-origin" },
  });

  const app = new Koa();
  // Errors after the response has started. A disconnected client is not an error; its request counts as 499.
  app.on("error", (error: unknown) => {
    if (!isDisconnect(error)) logger.warn("Response interrupted", { error });
  });
  app.use(observeRequests({ logger, metrics, clientAddress, clock, eventLoop: ports.eventLoop }));
  app.use(answerProblems(logger));
  const { gate, audit } = access;
  app.use(
    createRouting(routes, {
      gate,
      audit,
      logger,
      recentWriters: lists?.recentWriters ?? null,
      clientAddress,
      browserHeaders,
    }),
  );
  return app;
}
