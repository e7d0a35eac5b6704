import type { Server } from "node:http";
import { createCallReader } from "../callLog/database/callReader.ts";
import { createCallStats } from "../callLog/database/callStats.ts";
import { createStatsKeeper } from "../callLog/database/statsKeeper.ts";
import { type AdmitViewer, type LiveSockets, openLiveSockets } from "../http/live/socket.ts";
import { ResponseTimes } from "../http/stats/responseTimes.ts";
import type { LivePorts } from "../http/server/app.ts";
import { LiveBoard } from "../live/board.ts";
import type { LiveCall } from "../live/browserMessages.ts";
import { LiveFeed } from "../live/feed.ts";
import type { FollowedAsterisk } from "../live/instanceMessages.ts";
import { createHangUps } from "../live/hangups.ts";
import { LiveSource } from "../live/source.ts";
import { createTestCalls, type TestCallAnswer } from "../live/testCalls.ts";
import type { Bus } from "../bus/types.ts";
import type { Logger, SteadyClock } from "../ops/types.ts";
import type { CallObserver } from "../values/observedCall.ts";
import type { Store } from "../store/types.ts";
import { countryPlan } from "../values/countryPlan.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";

interface LiveOptions {
  readonly node: string;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  /** Hangs up a call of this instance; null if the instance handles no calls. */
  readonly hangUp: ((callId: string) => boolean) | null;
  /** Places a test call on an Asterisk of this instance; null likewise. */
  readonly placeTestCall: ((asterisk: string, proxyNumber: PhoneNumber) => Promise<TestCallAnswer>) | null;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry?: string;
  /** The Asterisks whose calls this instance follows. */
  readonly asterisks?: () => readonly FollowedAsterisk[];
}

/** The live board, call records, and statistics. */
export interface Live {
  /** Receives every call transition of this instance. */
  readonly observe: CallObserver;
  readonly ports: LivePorts;
  readonly board: LiveBoard;
  /** Forgets ended calls with an erased number. A call in progress shows it until five minutes after its end. */
  forgetEnded(isErased: (text: string) => boolean): void;
  /** Serves `GET /live` on this server, with at most `mostOfOne` connections per user (0: no limit). */
  attach(server: Server, admit: AdmitViewer, mostOfOne?: number): void;
  /** Idempotent. Tells browsers to reconnect, and other instances to remove this instance's calls. */
  close(): Promise<void>;
}

export function createLive(options: LiveOptions): Live {
  const { node, store, bus, clock, logger, hangUp, placeTestCall, asterisks = () => [] } = options;
  const { countryCode, nationalPrefixes, internationalPrefixes } = countryPlan(options.defaultCountry ?? "");
  const source = hangUp === null ? null : new LiveSource({ bus, clock, node, asterisks });
  const board = new LiveBoard({ bus, clock, own: source?.instance ?? null });
  const stats = createCallStats(store);
  const feed = new LiveFeed({
    board,
    clock,
    notation: { countryCode, nationalPrefixes, internationalPrefixes },
    today: async (zone, nowMs) => {
      const { calls, answered } = await stats.today(zone, nowMs);
      return { calls, answered, successRate: calls === 0 ? null : answered / calls };
    },
  });
  const hangUps = createHangUps({
    bus,
    board,
    clock,
    here: source === null || hangUp === null ? null : { instance: source.instance, hangUp },
  });
  const testCalls = createTestCalls({
    bus,
    board,
    clock,
    here:
      source === null || placeTestCall === null ? null : { instance: source.instance, place: placeTestCall },
  });
  const keeper = createStatsKeeper({ store, clock, logger });
  let sockets: LiveSockets | null = null;
  let closing: Promise<void> | null = null;

  // The board opens first so that it receives the source's messages.
  board.open();
  source?.open();
  feed.open();
  keeper.open();

  async function close(): Promise<void> {
    source?.close();
    feed.close();
    sockets?.close();
    hangUps.close();
    testCalls.close();
    board.close();
    await keeper.close();
  }

  return {
    observe: (before, after) => source?.observe(before, after),
    ports: {
      calls: createCallReader(store, clock),
      stats,
      hangUps,
      testCalls,
      responseTimes: new ResponseTimes(() => clock.nowMs()),
    },
    board,
    forgetEnded(isErased) {
      // A caller may have dialled the number itself.
      const shows = ({ caller, real, proxy }: LiveCall): boolean =>
        [caller, real, proxy].some((number) => isErased(number ?? ""));
      source?.forgetEnded(shows);
      board.forgetEnded(shows);
    },
    attach(server, admit, mostOfOne = 0) {
      sockets = openLiveSockets(server, { feed, logger, clock, admit, mostOfOne });
    },
    close: () => (closing ??= close()),
  };
}
