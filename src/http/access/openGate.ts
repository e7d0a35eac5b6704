import type { IncomingMessage } from "node:http";
import { isOwnPage, saysNothing } from "../../access/rules/origin.ts";
import { openViewer } from "../../access/rules/rights.ts";
import type { Gate } from "./gate.ts";
import { createHostCheck } from "./host.ts";
import { isChanging, originOf } from "./origin.ts";
import { foreignOrigin } from "./problems.ts";

/**
 * While access is open, every client may do everything, but pages of other sites may not. A user's browser reaches
 * this server, so such a page could otherwise hang up calls on that user's behalf. Programs send no headers about
 * pages and are let through.
 *
 * The host name is checked first, for reads too: to a browser, a page whose own name resolves to this machine is not
 * another site.
 */
export function createOpenGate(options: {
  /** `HTTP_HOST`. */
  readonly listenHost: string;
  readonly publicUrl: string | null;
}): Gate {
  const { publicUrl } = options;
  const checkHost = createHostCheck(options);

  function judgePage(request: IncomingMessage): void {
    const origin = originOf(request, publicUrl);
    if (!saysNothing(origin) && !isOwnPage(origin)) throw foreignOrigin();
  }

  return {
    recognise(request) {
      if (isChanging(request.method)) return null;
      checkHost(request);
      return openViewer;
    },

    async admit(request) {
      checkHost(request);
      if (isChanging(request.method)) judgePage(request);
      return openViewer;
    },

    async admitUpgrade(request) {
      checkHost(request);
      judgePage(request);
      return { viewer: openViewer, onRevoked: () => () => undefined };
    },
  };
}
