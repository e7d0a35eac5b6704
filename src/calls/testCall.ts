import { randomUUID } from "node:crypto";
import { AriError, isConflict } from "../ari/errors.ts";
import { operation } from "../ari/operation.ts";
import type { AriConnection } from "../ari/types.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import { testCallSeconds } from "../values/testCall.ts";
import { readVariable } from "./active/dialplan.ts";
import { recordedName } from "./types.ts";

/**
 * `underWay`: this Asterisk has a test call already. `dialplanTooOld`: its dialplan has no test calls yet. `unreachable`: no
 * controller is connected to it. `refused`: it has rejected the request.
 */
type PlacedTestCall =
  | { readonly kind: "placed"; readonly callId: string }
  | { readonly kind: "underWay" | "dialplanTooOld" | "unreachable" | "refused" };

/** The first version of `asterisk/extensions.conf` with test calls. Everything else works with an older one. */
const dialplanOfTestCalls = 4;

/** Always the same, so Asterisk itself refuses a second test call, whoever asks for it. */
const soundChannel = "phone-proxy-test-call";

/**
 * Calls the real number of a mapping. Asterisk makes a pair of channels: one is the caller of a call to the proxy number and
 * goes the way of every call, the other plays what the callee hears. Asterisk ends both in time, even if this process is
 * gone.
 */
export async function placeTestCall(
  ari: Pick<AriConnection, "name" | "status" | "request">,
  proxyNumber: PhoneNumber,
): Promise<PlacedTestCall> {
  try {
    if (Number(await readVariable(ari.request, "PHONE_PROXY_DIALPLAN")) < dialplanOfTestCalls)
      return { kind: "dialplanTooOld" };
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
