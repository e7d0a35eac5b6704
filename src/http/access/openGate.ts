import type { IncomingMessage } from "node:http";
import { isOwnPage, saysNothing } from "../../domain/accessOrigin.ts";
import { openViewer } from "../../domain/accessRights.ts";
import type { Gate } from "./gate.ts";
import { isChanging, originOf } from "./origin.ts";
import { foreignOrigin } from "./problems.ts";

/**
 * Where there are no users: everybody may do everything, but by himself. A page of another site that somebody
 * happens to look at could otherwise hang up calls in his name, since his browser reaches us. Programs say nothing
 * of pages, and are let through.
 */
export function createOpenGate({ publicUrl }: { readonly publicUrl: string | null }): Gate {
  function judgePage(request: IncomingMessage): void {
    const origin = originOf(request, publicUrl);
    if (!saysNothing(origin) && !isOwnPage(origin)) throw foreignOrigin();
  }

  return {
    async admit(request) {
      if (isChanging(request.method)) judgePage(request);
      return openViewer;
    },

    async admitUpgrade(request) {
      judgePage(request);
      return { viewer: openViewer, watch: () => () => undefined };
    },
  };
}
