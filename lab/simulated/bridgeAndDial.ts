import type { AriEvent } from "../../src/ari/generated/models.ts";
import { AriError } from "../../src/ari/errors.ts";
import type { AriConnection, AriRequest } from "../../src/ari/types.ts";

export interface BridgeAndDialOptions {
  /** The number to call for a dialled number; null hangs up with cause 1. */
  readonly destination: (dialled: string) => string | null;
  /** Variables of the callee's leg. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly inhibitConnectedLineUpdates?: boolean;
  readonly ringSeconds?: number;
}

/**
 * The smallest controller that connects a call as `CONNECT=bridge` does: create, bridge, dial, and take down. For
 * tests and measurements of the simulator itself; it handles no failures.
 */
export function bridgeAndDial(
  ari: AriConnection,
  options: BridgeAndDialOptions,
): { readonly failures: AriError[] } {
  const failures: AriError[] = [];
  const send = (lane: string, request: AriRequest): void => {
    ari.request(request, { lane }).catch((error: unknown) => {
      if (error instanceof AriError) failures.push(error);
      else throw error;
    });
  };
  const handle = (event: AriEvent): void => {
    switch (event.type) {
      case "StasisStart": {
        const [direction, dialled = ""] = event.args;
        if (direction === "in") arrived(event.channel.id, dialled);
        else calleeReady(event.channel.id);
        return;
      }
      // Only this event has the callee's cause. A caller without a leg gets only the other event.
      case "ChannelDestroyed":
        if (event.channel.id.endsWith(".callee")) calleeGone(event.channel.id, event.cause);
        return;
      case "StasisEnd":
        if (!event.channel.id.endsWith(".callee")) callerGone(event.channel.id);
        return;
      default:
    }
  };
  const arrived = (id: string, dialled: string): void => {
    const number = options.destination(dialled);
    if (number === null) {
      send(id, { method: "DELETE", path: `/channels/${id}`, query: { reason_code: 1 } });
      return;
    }
    send(id, {
      method: "POST",
      path: "/channels/create",
      query: {
        endpoint: `PJSIP/${number}@trunk-out`,
        app: ari.application,
        appArgs: "out",
        channelId: `${id}.callee`,
        originator: id,
      },
      ...(options.variables && { body: { variables: options.variables } }),
    });
    send(id, { method: "POST", path: `/bridges/${id}.bridge`, query: { type: "mixing" } });
  };
  const calleeReady = (channelId: string): void => {
    const id = channelId.slice(0, -".callee".length);
    const inhibit = options.inhibitConnectedLineUpdates ?? true;
    send(id, {
      method: "POST",
      path: `/bridges/${id}.bridge/addChannel`,
      query: { channel: `${id},${channelId}`, inhibitConnectedLineUpdates: inhibit },
    });
    send(id, {
      method: "POST",
      path: `/channels/${channelId}/dial`,
      query: { timeout: options.ringSeconds ?? 60 },
    });
  };
  const calleeGone = (channelId: string, cause: number): void => {
    const id = channelId.slice(0, -".callee".length);
    if (!takeDown(id)) return;
    send(id, { method: "DELETE", path: `/channels/${id}`, query: { reason_code: cause } });
    send(id, { method: "DELETE", path: `/bridges/${id}.bridge` });
  };
  const callerGone = (id: string): void => {
    if (!takeDown(id)) return;
    send(id, { method: "DELETE", path: `/channels/${id}.callee`, query: { reason_code: 16 } });
    send(id, { method: "DELETE", path: `/bridges/${id}.bridge` });
  };
  /** Calls that have lost one side. Returns true for the first side, when the other has to be taken down. */
  const halfGone = new Set<string>();
  const takeDown = (id: string): boolean => {
    if (halfGone.delete(id)) return false;
    halfGone.add(id);
    return true;
  };
  ari.listen({ connected: () => undefined, disconnected: () => undefined, event: handle });
  return { failures };
}
