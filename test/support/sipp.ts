export {
  type CalleeBehaviour,
  calleeBehaviours,
  CALLEE_RINGS_LONG_MS,
  FOREIGN_NUMBER,
  realNumberOf,
} from "../../lab/sipp/callees.ts";
export type { CallerScript } from "../../lab/sipp/caller.ts";
export { type RtpParty, rtpParty } from "../../lab/sipp/rtp.ts";
export {
  calledNumber,
  type CallOptions,
  type CallResult,
  type Callees,
  placeCall,
  type PlacedCall,
  startCallees,
} from "../../lab/sipp/sipp.ts";
export {
  callIdOf,
  headerValues,
  mediaOf,
  methodOf,
  type SipMessage,
  statusOf,
} from "../../lab/sipp/trace.ts";
