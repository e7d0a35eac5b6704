import { AsteriskTime } from "./asteriskTime.ts";
import { AriError } from "./errors.ts";
import { Exchanges } from "./exchanges.ts";
import { HttpTransport } from "./httpTransport.ts";
import { withDefaults } from "./options.ts";
import type { AriConnectionOptions } from "./options.ts";
import type { AriAddress, AriRequester } from "./types.ts";

/** Requests to one Asterisk without a connection: no events, and nothing is registered in Asterisk. */
interface AriHttpRequester {
  readonly request: AriRequester;
  /** Rejects what is pending. */
  close(): void;
}

export function createHttpRequester(
  address: AriAddress,
  options: Pick<AriConnectionOptions, "clock" | "logger" | "observer" | "requestTimeoutMs">,
): AriHttpRequester {
  const { clock, observer, requestTimeoutMs } = withDefaults({ ...options, events: [] });
  const exchanges = new Exchanges(clock, observer, new AsteriskTime());
  const http = new HttpTransport({ ...accessOf(address), maxSockets: 2 }, exchanges);
  return {
    request: <T>(...[request, { lane, timeoutMs = requestTimeoutMs } = {}]: Parameters<AriRequester>) =>
      // The type of an answer is guaranteed by Asterisk and not checked here.
      new Promise<T>((resolve, reject) => {
        http.send(exchanges.begin(request, lane, timeoutMs, { resolve, reject }));
      }),
    close() {
      exchanges.failAll(new AriError("ARI_CLOSED", "the connection was closed"));
      http.close();
    },
  };
}

/** Where Asterisk's REST interface is, and how to sign in. */
export function accessOf({ url, username, password }: AriAddress): {
  readonly base: string;
  readonly authorization: string;
} {
  return {
    base: `${url.replace(/\/+$/, "")}/ari`,
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
  };
}
