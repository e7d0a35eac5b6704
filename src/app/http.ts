import type { CallLookup } from "../values/knownParties.ts";
import { simulateCall } from "../calls/simulation.ts";
import type { LinePorts } from "../http/calls/lineRoutes.ts";
import { createLookupTally } from "../http/mappings/lookupTally.ts";
import { createHttpApp } from "../http/server/app.ts";
import type { LaggingLists } from "../http/server/app.ts";
import { createAside } from "../http/server/aside.ts";
import { startHttpServer } from "../http/server/server.ts";
import type { Imports } from "../imports/job/imports.ts";
import type { EventLoopWatch } from "../ops/eventLoop.ts";
import type { BackupWatch } from "../ops/backup.ts";
import { readVersion } from "../ops/version.ts";
import type { Privacy } from "../privacy/privacy.ts";
import type { Retention } from "./retention.ts";
import type { StartedAccess } from "./access.ts";
import type { Foundation } from "./foundation.ts";
import type { Live } from "./live.ts";
import type { Numbers } from "./numbers.ts";
import { createSetupGuide } from "./setup.ts";

interface StartedHttp {
  /** URL of the API. */
  readonly url: string;
  /** Requests in progress have `deadlineMs` to finish. */
  close(deadlineMs: number): Promise<void>;
}

/** The API, the pages, and the live feed, on one port. */
export async function startHttp(
  foundation: Foundation,
  features: {
    readonly numbers: Numbers;
    readonly callLookup: CallLookup;
    readonly imports: Imports;
    readonly lists: LaggingLists | null;
    readonly live: Live;
    readonly lines: LinePorts;
    readonly access: StartedAccess;
    readonly privacy: Privacy;
    readonly retention: Pick<Retention, "states">;
    readonly backup: BackupWatch;
    readonly eventLoop: EventLoopWatch;
  },
): Promise<StartedHttp> {
  const { settings, clock, logger, health, readiness, metrics } = foundation;
  const { numbers, callLookup, imports, lists, live, lines, access, privacy, retention, backup, eventLoop } =
    features;
  const { defaultCountry, acceptPremium, timeZone } = settings.numbers;
  const { uploadDirectory, uploadMaxBytes, trustedProxies } = settings.http;
  const aside = createAside({ logger, clock }, { defaultCountry });
  const lookupTally = createLookupTally({ clock, logger });
  const app = createHttpApp(
    {
      lookup: numbers.lookup,
      callLookup,
      lookupTally,
      simulate: ({ inboundTrunk, ...call }) =>
        simulateCall(
          { ...call, inboundTrunk: inboundTrunk ?? settings.calls.inboundTrunks[0]?.name ?? "" },
          callLookup,
          { trunks: settings.calls.trunks, nowMs: clock.nowMs() },
        ),
      mappings: numbers.mappings,
      search: numbers.search,
      lists,
      editor: numbers.editor,
      add: numbers.add,
      renumber: numbers.renumber,
      pools: numbers.pools,
      aside,
      imports,
      live: live.ports,
      lines,
      privacy,
      access: access.http,
      health,
      readiness,
      system: {
        version: readVersion(),
        startedAtMs: clock.nowMs(),
        retention,
        backup,
        settings: settings.shown,
      },
      setup: createSetupGuide(foundation, {
        pools: numbers.pools,
        search: numbers.search,
        calls: live.ports.calls,
      }),
      metrics: {
        expose: () => metrics.expose(),
        httpAnswered: (method, route, status, tookMs) => {
          metrics.httpAnswered(method, route, status, tookMs);
          live.ports.responseTimes.observe(route, status, tookMs);
        },
      },
      eventLoop,
      clock,
      logger,
    },
    {
      node: settings.node.name,
      defaultCountry,
      acceptPremium,
      timeZone,
      uploadDirectory,
      uploadMaxBytes,
      trustedProxies,
    },
  );
  const server = await startHttpServer(app, {
    ...settings.http,
    clock,
    connections: { ...settings.http.connections, trustedProxies, logger, metrics },
  });
  live.attach(server.server, access.http.admitLive, settings.access.liveSocketsPerUser);
  return {
    url: server.url,
    async close(deadlineMs) {
      await live.close();
      await server.close(deadlineMs);
      lookupTally.close();
      await aside.close();
    },
  };
}
