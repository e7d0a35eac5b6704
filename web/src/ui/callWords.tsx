import type { CallEnder, CallStatus, StatusReason } from "../../../src/values/callRecord.ts";
import type { LiveCallState } from "../../../src/live/browserMessages.ts";
import { testCallTrunk } from "../../../src/values/testCall.ts";
import { texts } from "../i18n/index.ts";
import { Badge } from "./feedback.tsx";
import type { Tone } from "./feedback.tsx";

const stateTones: Readonly<Record<LiveCallState, Tone>> = {
  lookingUp: "calm",
  preparing: "calm",
  dialling: "accent",
  ringing: "warn",
  talking: "ok",
  announcing: "warn",
  ended: "calm",
};

/** Success is green, normal outcomes are calm, problems are red. */
const statusTones: Readonly<Record<CallStatus, Tone>> = {
  answered: "ok",
  busy: "calm",
  no_answer: "calm",
  cancelled: "calm",
  rejected: "calm",
  unallocated: "bad",
  congestion: "bad",
  unknown_number: "warn",
  disabled: "warn",
  expired: "warn",
  quarantined: "warn",
  loop: "bad",
  own_number: "warn",
  overload: "bad",
  limited: "warn",
  handed_back: "bad",
  failed: "bad",
};

export function StateBadge({ state }: { readonly state: LiveCallState }) {
  return <Badge tone={stateTones[state]}>{texts.value.states[state]}</Badge>;
}

export function StatusBadge({ status }: { readonly status: CallStatus }) {
  return <Badge tone={statusTones[status] ?? "calm"}>{texts.value.statuses[status] ?? status}</Badge>;
}

/** Test calls come from no trunk. */
export function inboundInWords(trunk: string | null): string {
  const { calls, common } = texts.value;
  if (trunk === testCallTrunk) return calls.testCall;
  return trunk === null || trunk === "" ? common.none : trunk;
}

/** The outbound trunk below the inbound one, so that both fit into a narrow column. */
export function Trunks(props: { readonly inbound: string | null; readonly outbound: string | null }) {
  const { inbound, outbound } = props;
  return (
    <>
      {inboundInWords(inbound)}
      {outbound !== null && outbound !== "" && <span class="second-line">→ {outbound}</span>}
    </>
  );
}

export function reasonInWords(reason: StatusReason | null): string {
  return reason === null ? "" : (texts.value.reasons[reason] ?? reason);
}

export function enderInWords(endedBy: CallEnder | null): string {
  return endedBy === null ? texts.value.common.none : texts.value.calls.enders[endedBy];
}
