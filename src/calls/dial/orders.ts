import type { Channel } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriConnection, AriRequest } from "../../ari/types.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import { contexts } from "../decision/extension.ts";
import { failureOf } from "../commandFailure.ts";
import type { CommandFailure } from "../decision/commandFailure.ts";
import { type AriCommand, letGoRequest, proceedRequest, requestOf } from "./commands.ts";
import type { Call, CallEvent } from "./machine/call.ts";
import type { Trunks } from "./trunks.ts";
import { type Found, whereaboutsOf } from "./whereabouts.ts";

interface Ports {
  readonly ari: AriConnection;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly trunks: Trunks;
}

interface Reports {
  /** The time of the fact is on the steady clock. */
  post(callId: string, fact: CallEvent): void;
  /** Asterisk has answered everything. */
  idle(): void;
}

/** Sends the controller's requests to Asterisk and reports their outcomes. Nothing here rejects. */
export class Orders {
  readonly #ports: Ports;
  readonly #reports: Reports;
  #underWay = 0;

  constructor(ports: Ports, reports: Reports) {
    this.#ports = ports;
    this.#reports = reports;
  }

  /** Requests that change something and that Asterisk has not answered yet. */
  get underWay(): number {
    return this.#underWay;
  }

  carryOut(call: Call, command: AriCommand): void {
    const { callId } = call;
    const { clock, logger } = this.#ports;
    this.#send(callId, requestOf(call, command), (failure) => {
      if (failure === "refused" || failure === "unknown")
        logger.warn("Asterisk command failed", { callId, command: command.type, failure });
      this.#reports.post(callId, {
        type: "commandFailed",
        atMs: clock.steadyMs(),
        command: command.type,
        failure,
      });
    });
  }

  handBack(callId: string): void {
    this.#send(callId, proceedRequest(callId, contexts.fallback, "s"));
  }

  letGo(callId: string): void {
    this.#send(callId, letGoRequest(callId));
  }

  /** Asks where the caller is. Lists and events do not mention the caller of a call without a leg. */
  query(callId: string): void {
    this.find(callId).then(
      (found) =>
        this.#reports.post(callId, found === null ? { type: "gone", atMs: this.#nowMs() } : this.seen(found)),
      (error: unknown) => {
        const failure = failureOf(error);
        const atMs = this.#nowMs();
        if (failure === "gone") this.#reports.post(callId, { type: "gone", atMs });
        else this.#reports.post(callId, { type: "commandFailed", atMs, command: "query", failure });
      },
    );
  }

  /** The caller's channel; null if it is not in a call of ours. Rejects if there is none. */
  async find(callId: string): Promise<Found | null> {
    const { ari, trunks } = this.#ports;
    const request = operation("channels.get", { channelId: callId });
    const channel = await ari.request<Channel>(request, { lane: callId });
    return whereaboutsOf(channel, ari.application, trunks);
  }

  seen({ at }: Found): CallEvent {
    return { type: "seen", atMs: this.#nowMs(), at };
  }

  #nowMs(): number {
    return this.#ports.clock.steadyMs();
  }

  #send(
    callId: string,
    request: AriRequest,
    failed: (failure: CommandFailure) => void = () => undefined,
  ): void {
    this.#underWay += 1;
    const answered = (): void => {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#reports.idle();
    };
    this.#ports.ari.request(request, { lane: callId }).then(answered, (error: unknown) => {
      failed(failureOf(error));
      answered();
    });
  }
}
