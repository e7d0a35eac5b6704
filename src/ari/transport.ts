import type { Exchange } from "./exchanges.ts";

/** Carries requests to Asterisk and hands the answers, or the failure, to `Exchanges`. */
export interface Transport {
  readonly kind: "websocket" | "http";
  send(exchange: Exchange): void;
}
