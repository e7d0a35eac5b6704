import { createRequire } from "node:module";

/** The part of ari-client 2.2.0 that the peer uses; the library has no types of its own. */
export interface AriClientChannel {
  readonly id: string;
  readonly caller: { readonly number: string };
  originate(options: {
    readonly endpoint: string;
    readonly app: string;
    readonly appArgs: string;
    readonly callerId: string;
    readonly originator: string;
    readonly timeout: number;
  }): Promise<unknown>;
  answer(): Promise<unknown>;
  hangup(): Promise<unknown>;
}

export interface AriClientBridge {
  create(options: { readonly type: string }): Promise<unknown>;
  addChannel(options: { readonly channel: readonly string[] }): Promise<unknown>;
  destroy(): Promise<unknown>;
}

interface ChannelEvent {
  readonly args: readonly string[];
}

interface AriClient {
  Channel(): AriClientChannel;
  Bridge(): AriClientBridge;
  on(
    event: "StasisStart" | "StasisEnd" | "ChannelDestroyed",
    listener: (event: ChannelEvent, channel: AriClientChannel) => void,
  ): void;
  start(application: string): Promise<void>;
}

interface AriClientLibrary {
  connect(url: string, username: string, password: string): Promise<AriClient>;
}

const require = createRequire(import.meta.url);

export const ariClient = require("ari-client") as AriClientLibrary;
