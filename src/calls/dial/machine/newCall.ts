import type { IncomingCall } from "../../decision/incoming.ts";
import type { Call } from "./call.ts";

export const newCall = (incoming: IncomingCall, channelName: string): Call => ({
  ...incoming,
  channelName,
  state: "lookingUp",
  direction: "in",
  realNumber: null,
  attempts: [],
  trunkIndex: 0,
  outboundTrunk: null,
  presentedNumber: null,
  leg: null,
  failure: null,
  leftEarly: false,
  calleeHungUp: false,
  supervisorHungUp: false,
  dialledAtMs: null,
  answeredAtMs: null,
  ending: null,
  lost: false,
});
