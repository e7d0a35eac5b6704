import { IncomingMessage } from "node:http";

const webSocket = /(?:^|,)\s*websocket\s*(?:,|$)/i;

/**
 * A request that may offer to change the protocol. Only a WebSocket is accepted. Any other offer is ignored, and the
 * request is answered as if it had none (RFC 9110, 7.8): some clients, Java's among them, offer `h2c` with every
 * request. Node would treat the offer as an upgrade as soon as there is a listener for upgrades.
 */
export class UpgradableRequest extends IncomingMessage {
  // Assigned in Node's constructor: an initializer would come after it.
  declare private offered: boolean | null;

  get upgrade(): boolean {
    return this.offered === true && (this.method === "CONNECT" || webSocket.test(this.headers.upgrade ?? ""));
  }

  set upgrade(offered: boolean | null) {
    this.offered = offered;
  }
}
