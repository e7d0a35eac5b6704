import { randomUUID } from "node:crypto";
import { AriError, isConflict } from "../ari/errors.ts";
import { operation } from "../ari/operation.ts";
import type { AriConnection } from "../ari/types.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import { testCallSeconds } from "../values/testCall.ts";
import { recordedName } from "./types.ts";

/**
 * `underWay`: this Asterisk has a test call already. `unreachable`: no controller is connected to it. `refused`: it has
 * rejected the request.
 */
type PlacedTestCall =
  | { readonly kind: "placed"; readonly callId: string }
  | { readonly kind: "underWay" | "unreachable" | "refused" };

/** Always the same, so Asterisk itself refuses a second test call from any instance. */
const soundChannel = "phone-proxy-test-call";

/**
 * Calls the real number of a mapping. Asterisk makes a pair of channels: one is the caller of a call to the proxy
 * number, handled like any call; the other plays the sound for the callee. Asterisk ends both in time, even if this
 * process is gone.
 */
export async function placeTestCall(
  ari: Pick<AriConnection, "name" | "status" | "request">,
  proxyNumber: PhoneNumber,
): Promise<PlacedTestCall> {
  try {
    const callId = `${recordedName(ari)}-test-${randomUUID()}`;
    await ari.request(
      operation(
        "channels.originate",
        {},
        {
          endpoint: "Local/s@test-call/n",
          context: "test-sound",
          extension: "s",
          priority: 1,
          timeout: testCallSeconds,
          formats: "slin",
          channelId: soundChannel,
          otherChannelId: callId,
        },
        { variables: { TEST_NUMBER: proxyNumber, "TIMEOUT(absolute)": String(testCallSeconds) } },
      ),
    );
    return { kind: "placed", callId };
  } catch (error) {
    if (isConflict(error)) return { kind: "underWay" };
    return { kind: error instanceof AriError && error.status !== null ? "refused" : "unreachable" };
  }
}
