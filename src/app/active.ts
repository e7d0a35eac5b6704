import type { Settings } from "../../config/types.ts";
import { createAriConnection } from "../ari/connection.ts";
import { createHttpRequester } from "../ari/httpRequester.ts";
import type { AriObserver } from "../ari/options.ts";
import type { AriAddress, AriConnection, AriRequester } from "../ari/types.ts";
import { dialplanVersion } from "../calls/active/dialplan.ts";
import { LeaseKeeper } from "../calls/active/leaseKeeper.ts";
import {
  type DialplanSettings,
  dialplanValues,
  settingsText,
} from "../calls/active/rules/dialplanSettings.ts";
import { SettingsKeeper } from "../calls/active/settingsKeeper.ts";
import { eventsForCalls as eventsForBridge } from "../calls/bridge/facts.ts";
import { eventsForCalls as eventsForDial } from "../calls/dial/facts.ts";
import type { Metrics } from "../ops/metrics.ts";
import { countryPlan } from "../values/countryPlan.ts";
import type { Foundation } from "./foundation.ts";

/** One Asterisk, connected while this controller is the active one there. */
interface UsedAsterisk {
  readonly connection: AriConnection;
  readonly keeper: LeaseKeeper;
  readonly settings: SettingsKeeper;
  /** Works without a connection, and while this controller stands by. */
  readonly request: AriRequester;
  /** Connects as soon as no other controller is active. */
  open(): void;
  close(): Promise<void>;
}

/** Throws if the dialplan cannot take over the settings. */
export function useWhenActive(foundation: Foundation, address: AriAddress, holder: string): UsedAsterisk {
  const { settings, clock, logger, metrics } = foundation;
  const { transport, commandSockets, requestTimeoutMs } = settings.asterisk;
  const observer = ariMetrics(metrics, address.name);
  const forDialplan = dialplanSettings(settings);
  settingsText(dialplanValues(forDialplan, new Map()));
  const requester = createHttpRequester(address, { clock, logger, observer });
  const logOfThis = logger.child({ asterisk: address.name });
  const keptSettings = new SettingsKeeper({
    request: requester.request,
    settings: forDialplan,
    clock,
    logger: logOfThis,
  });
  const keeper = new LeaseKeeper({
    asterisk: address,
    request: requester.request,
    holder,
    dialplan: dialplanVersion,
    settings: keptSettings,
    clock,
    logger: logOfThis,
  });
  const connection = createAriConnection(address, {
    events: settings.calls.connect === "dial" ? eventsForDial : eventsForBridge,
    logger,
    clock,
    observer,
    transport,
    commandSockets,
    requestTimeoutMs,
    mayAct: keeper.mayAct,
  });
  return {
    connection,
    keeper,
    settings: keptSettings,
    request: requester.request,
    open: () => keeper.open(connection),
    async close() {
      await keeper.close();
      requester.close();
    },
  };
}

export const dialplanSettings = ({ calls, numbers }: Settings): DialplanSettings => ({
  ...calls,
  country: countryPlan(numbers.defaultCountry),
  allowPremium: numbers.acceptPremium,
});

const ariMetrics = (metrics: Metrics, name: string): AriObserver => ({
  count: (what) =>
    metrics.ariIncident(
      name,
      what.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
    ),
  requestEnded: (outcome, tookMs) => metrics.ariRequest(name, outcome, tookMs),
});
