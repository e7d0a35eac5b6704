import type { Channel } from "../../ari/generated/models.ts";
import { testCallTrunk } from "../../values/testCall.ts";
import { arrivalOf } from "../arrival.ts";
import { contexts, readConnect, readRefuse } from "../decision/extension.ts";
import type { IncomingCall } from "../decision/incoming.ts";
import type { Sighting } from "./machine/call.ts";
import { endpointOf, type Trunks } from "./trunks.ts";

/** A caller's channel as Asterisk lists it, and the state of the call derived from its position in the dialplan. */
export interface Found {
  readonly callId: string;
  readonly at: Sighting;
  /** An incoming call as far as it is known here. Another source may know its caller and its number better. */
  readonly incoming: Omit<IncomingCall, "callId" | "asterisk" | "atMs">;
  /** Timestamp of Asterisk. */
  readonly createdAt: string;
  /** Likewise, when the call was answered; null if it was not, or that is not known. */
  readonly answeredAt: string | null;
}

/**
 * null for channels that are not callers of ours.
 * @param application our Stasis application.
 * @param leg the callee's leg, if it is known.
 * @param answeredAt when `Dial()` has joined the two.
 */
export function whereaboutsOf(
  channel: Channel,
  application: string,
  trunks: Trunks,
  leg: Channel | null = null,
  answeredAt: string | null = null,
): Found | null {
  const { id, accountcode, dialplan, name } = channel;
  const inStasis = stasisOf(dialplan, application);
  const arrival = inStasis && arrivalOf(channel, inStasis);
  const place = arrival ? "waiting" : inStasis?.[0] === "end" ? "over" : placeOf(dialplan.context);
  // The account code of a callee's leg is the ID of the caller's channel.
  if (place === null || (!arrival && accountcode !== id)) return null;
  const connecting = place === "connect" ? readConnect(dialplan.exten) : null;
  const at: Sighting = {
    channelName: name,
    place,
    connecting,
    refusal: place === "refuse" ? readRefuse(dialplan.exten) : null,
    up: channel.state === "Up",
    leg: leg && {
      leg: leg.id,
      trunk: trunks.trunkOf(endpointOf(leg.name)),
      rings: leg.state === "Ringing",
    },
  };
  const incoming = arrival?.call ?? {
    inboundTrunk: name.startsWith("Local/s@test-call-") ? testCallTrunk : trunks.trunkOf(endpointOf(name)),
    dialled: connecting?.proxyNumber ?? "",
    proxyNumber: connecting?.proxyNumber ?? null,
    secondReading: null,
    // The channel has the number even of a caller who withholds it. The record takes it from Asterisk's line.
    callerNumber: null,
    cameBack: false,
    forwardedBy: null,
    withheldNumber: null,
  };
  return { callId: id, at, incoming, createdAt: channel.creationtime, answeredAt };
}

function stasisOf(
  { app_name, app_data }: Channel["dialplan"],
  application: string,
): readonly string[] | null {
  if (app_name !== "Stasis") return null;
  const [name, ...args] = app_data.split(",");
  return name === application ? args : null;
}

/** The dialplan's contexts between the decision and the end of a call. */
function placeOf(context: string): Sighting["place"] | null {
  switch (context) {
    case contexts.connect:
      return "connect";
    case contexts.refuse:
      return "refuse";
    case contexts.fallback:
      return "fallback";
    case "over":
      return "over";
    default:
      return null;
  }
}
