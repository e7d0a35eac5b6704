import { AriError, isGone } from "../../ari/errors.ts";
import { operation } from "../../ari/operation.ts";
import type { Channel } from "../../ari/generated/models.ts";
import type { AriConnection, AriRequest } from "../../ari/types.ts";
import { failureOf as failureOfRequest } from "../commandFailure.ts";
import type { CommandFailure } from "../decision/commandFailure.ts";
import { contexts } from "../decision/extension.ts";
import { heldContext, placeOf } from "./callers.ts";
import type { Call, CallCommand, CallEvent } from "./machine/call.ts";
import { bridgeOf, calleeChannelOf, callerChannelOf } from "./machine/legNames.ts";

type Legs = Pick<Call, "callId" | "callerChannel" | "calleeChannel">;

export type AriCommand = Exclude<
  CallCommand,
  { readonly type: "lookUp" | "setTimer" | "clearTimer" | "keepOpen" | "writeRecord" }
>;

/** The Asterisk request for a command. */
export function requestOf(
  { callId, callerChannel, calleeChannel }: Legs,
  command: AriCommand,
  application: string,
  fallbackContext: string,
): AriRequest {
  const caller = { channelId: callerChannelOf(callId) };
  const callee = { channelId: calleeChannelOf(callId) };
  const bridge = { bridgeId: bridgeOf(callId) };
  switch (command.type) {
    case "createCalleeLeg":
      return operation(
        "channels.create",
        {},
        {
          endpoint: `PJSIP/${command.destination}@${command.trunk}`,
          app: application,
          appArgs: "out",
          channelId: callee.channelId,
          // Without it, both legs may be transcoded for lack of a common codec.
          originator: caller.channelId,
        },
        {
          variables: {
            ...calleeVariables(command.presentedNumber, command.lifetimeMs),
            ...(command.restartsDeadline ? { [callersDeadline]: "1" } : {}),
            [otherLeg]: callerChannel,
            [hangupHandler]: "callee-ended,s,1",
          },
        },
      );
    case "createBridge":
      return operation("bridges.createWithId", bridge, { type: "mixing" });
    case "linkLegs":
      // Setting a variable on the channel instead would keep Asterisk from writing the line of its end.
      return {
        method: "POST",
        path: "/asterisk/variable",
        body: { variable: `SHARED(${otherLeg},${callerChannel})`, value: calleeChannel },
      };
    case "joinLegs":
      return operation("bridges.addChannel", bridge, {
        channel: command.legs === "both" ? `${caller.channelId},${callee.channelId}` : callee.channelId,
        // Otherwise each party receives the other's number when they are connected.
        inhibitConnectedLineUpdates: true,
      });
    case "dialCallee":
      return operation("channels.dial", callee, { timeout: Math.ceil(command.timeoutMs / 1000) });
    case "endDeadline":
      // On the callee's leg, for the same reason as in "linkLegs".
      return operation("channels.setChannelVar", callee, { variable: callersDeadline, value: "0" });
    case "hangUpCaller":
      return hangUp(callerChannel, command.cause);
    case "hangUpCallee":
      return hangUp(calleeChannel, command.cause);
    case "takeCaller":
      return continueIn(callId, heldContext);
    case "findCaller":
      return operation("channels.get", caller);
    case "refuseCaller":
      return continueIn(callId, contexts.refuse, command.extension);
    case "handBackCaller":
      return continueIn(callId, fallbackContext);
    case "destroyBridge":
      return operation("bridges.destroy", bridge);
  }
}

/** The dialplan needs it to release the other leg without a controller. */
const otherLeg = "OTHER_LEG";
const hangupHandler = "CHANNEL(hangup_handler_push)";
/** Ends the leg even without a controller. */
const lifetime = "TIMEOUT(absolute)";
/** Written to the callee's leg. */
const callersDeadline = `MASTER_CHANNEL(${lifetime})`;

const seconds = (ms: number): string => String(Math.ceil(ms / 1000));

const continueIn = (callId: string, context: string, extension = "s"): AriRequest =>
  operation(
    "channels.continueInDialplan",
    { channelId: callerChannelOf(callId) },
    { context, extension, priority: 1 },
  );

/** By its name: by an ID, Asterisk finds a channel only after comparing all of them. */
const hangUp = (channelName: string, cause: number): AriRequest =>
  operation("channels.hangup", { channelId: channelName }, { reason_code: String(cause) });

/**
 * The number goes into the connected line of the callee's leg and nowhere else: it becomes From and
 * P-Asserted-Identity of the INVITE. As the leg's caller ID it would be sent back to the caller, which would reveal
 * the real number if it were used there.
 */
function calleeVariables(presented: string | null, lifetimeMs: number): Record<string, string> {
  const variables: Record<string, string> = {
    [lifetime]: seconds(lifetimeMs),
  };
  if (presented !== null) {
    variables["CONNECTEDLINE(num,i)"] = presented;
    variables["CONNECTEDLINE(num-pres,i)"] = "allowed";
  }
  return variables;
}

/** Runs commands and reports their results as events of the call. Never rejects. */
export class CommandRunner {
  readonly #ari: AriConnection;
  readonly #steadyMs: () => number;
  readonly #context: string;
  readonly #idle: () => void;
  #underWay = 0;

  /** `idle` is called whenever Asterisk has answered everything. */
  constructor(ari: AriConnection, steadyMs: () => number, fallbackContext: string, idle: () => void) {
    this.#ari = ari;
    this.#steadyMs = steadyMs;
    this.#context = fallbackContext;
    this.#idle = idle;
  }

  /** Commands that Asterisk has not answered yet. */
  get underWay(): number {
    return this.#underWay;
  }

  run(legs: Legs, command: AriCommand, report: (event: CallEvent) => void): void {
    const request = requestOf(legs, command, this.#ari.application, this.#context);
    this.#underWay += 1;
    const succeeded = (answer: Channel | undefined): void => {
      const event = this.#done(command, answer);
      if (event !== null) report(event);
      this.#answered();
    };
    const failed = (error: unknown): void => {
      report(this.#eventOf(command, error));
      this.#answered();
    };
    // Only the answer to "findCaller" is read, which is a channel.
    this.#ari.request<Channel | undefined>(request, { lane: legs.callId }).then(succeeded, failed);
  }

  /** For a caller who is in no call of ours. Should it fail, the caller has left. */
  handBack(callId: string): void {
    this.run(
      { callId, callerChannel: callId, calleeChannel: "" },
      { type: "handBackCaller" },
      () => undefined,
    );
  }

  /** For commands whose success no event reports. */
  #done({ type }: AriCommand, answer: Channel | undefined): CallEvent | null {
    const atMs = this.#steadyMs();
    switch (type) {
      case "destroyBridge":
        return { type: "bridgeDestroyed", atMs };
      case "joinLegs":
        return { type: "legsJoined", atMs };
      case "findCaller":
        return answer === undefined
          ? null
          : { type: "callerFound", atMs, place: placeOf(answer, this.#ari.application) };
      default:
        return null;
    }
  }

  #answered(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#idle();
  }

  #eventOf(command: AriCommand, error: unknown): CallEvent {
    const atMs = this.#steadyMs();
    // Not in Stasis any more: the dialplan has the call, or the caller has left.
    const { type } = command;
    if ((type === "handBackCaller" || type === "refuseCaller") && failureOf(command, error) === "gone")
      return { type: "callerLeft", atMs, cause: null, wasUp: false };
    if (isGone(error)) {
      // It is already gone, as intended.
      if (type === "hangUpCaller" || type === "findCaller")
        return { type: "callerLeft", atMs, cause: null, wasUp: false };
      if (type === "hangUpCallee") return { type: "calleeLeft", atMs, cause: null, sipCode: null };
      if (type === "destroyBridge") return { type: "bridgeDestroyed", atMs };
    }
    return { type: "commandFailed", atMs, command: type, failure: failureOf(command, error) };
  }
}

/** Asterisk answers 400 when adding a channel that is being hung up. */
const failureOf = ({ type }: AriCommand, error: unknown): CommandFailure =>
  type === "joinLegs" && error instanceof AriError && error.status === 400 ? "gone" : failureOfRequest(error);
