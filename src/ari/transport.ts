import type { Exchange } from "./exchanges.ts";

/** Sends requests to Asterisk and reports answers or errors to `Exchanges`. */
export interface Transport {
  readonly kind: "websocket" | "http";
  send(exchange: Exchange): void;
}
