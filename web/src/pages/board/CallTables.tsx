import { useComputed } from "@preact/signals";
import type { LiveCall } from "../../../../src/live/browserMessages.ts";
import { formatAgo, formatDuration } from "../../format/time.ts";
import { texts } from "../../i18n/index.ts";
import { isFailure } from "../../live/sound.ts";
import { serverNowMs } from "../../live/ticking.ts";
import { may } from "../../session.ts";
import { Phone } from "../../ui/controls.tsx";
import { reasonInWords, StateBadge, StatusBadge, trunksInWords } from "../../ui/callWords.tsx";
import { Icon } from "../../ui/Icon.tsx";

/** A component of its own, so that a tick redraws nothing else. */
function Timer({ call }: { readonly call: LiveCall }) {
  const since = call.answeredAtMs ?? call.startedAtMs;
  const shown = useComputed(() => formatDuration(serverNowMs.value - since));
  return <span class="number">{shown}</span>;
}

function Ago({ atMs }: { readonly atMs: number }) {
  const shown = useComputed(() => formatAgo(serverNowMs.value - atMs));
  return <span class="number">{shown}</span>;
}

function Number({ number }: { readonly number: string | null }) {
  return number === null || number === "" ? (
    <span class="muted">{texts.value.common.none}</span>
  ) : (
    <Phone number={number} />
  );
}

function Caller({ call }: { readonly call: LiveCall }) {
  return call.caller === null ? (
    <span class="muted">{texts.value.common.withheld}</span>
  ) : (
    <Number number={call.caller} />
  );
}

export function LiveTable(props: {
  readonly calls: readonly LiveCall[];
  readonly onHangUp: (call: LiveCall) => void;
}) {
  const words = texts.value.board;
  const mayHangUp = may.value("calls.hangup");
  return (
    <div class="table-scroll">
      <table class="folding" data-table="live">
        <thead>
          <tr>
            <th scope="col">{words.state}</th>
            <th scope="col" class="end">
              {words.time}
            </th>
            <th scope="col">{words.caller}</th>
            <th scope="col">{words.proxy}</th>
            <th scope="col">{words.real}</th>
            <th scope="col">{words.trunk}</th>
            <th scope="col">{words.node}</th>
            {mayHangUp && (
              <th scope="col">
                <span class="visually-hidden">{words.hangUp}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {props.calls.map((call) => (
            <tr key={call.callId} class="fresh" data-call={call.callId} data-state={call.state}>
              <td>
                <StateBadge state={call.state} />
              </td>
              <td class="end" data-label={words.time}>
                <Timer call={call} />
              </td>
              <td data-label={words.caller}>
                <Caller call={call} />
              </td>
              <td data-label={words.proxy}>
                <Number number={call.proxy} />
              </td>
              <td data-label={words.real}>
                <Number number={call.real} />
              </td>
              <td data-label={words.trunk} class="muted nowrap">
                {trunksInWords(call.inboundTrunk, call.outboundTrunk)}
              </td>
              <td data-label={words.node} class="muted nowrap">
                {call.node}
              </td>
              {mayHangUp && (
                <td class="end last">
                  <button
                    type="button"
                    class="button small quiet hang-up"
                    onClick={() => props.onHangUp(call)}
                  >
                    <Icon name="hangUp" size={15} />
                    {words.hangUp}
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function EndedTable({ calls }: { readonly calls: readonly LiveCall[] }) {
  const words = texts.value.board;
  return (
    <div class="table-scroll">
      <table class="folding" data-table="ended">
        <thead>
          <tr>
            <th scope="col">{words.outcome}</th>
            <th scope="col" class="end">
              {words.length}
            </th>
            <th scope="col">{words.caller}</th>
            <th scope="col">{words.proxy}</th>
            <th scope="col">{words.real}</th>
            <th scope="col">{words.trunk}</th>
            <th scope="col">{words.when}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => {
            const { outcome, endedAtMs } = call;
            if (outcome === null || endedAtMs === null) return null;
            return (
              <tr
                key={call.callId}
                class={isFailure(outcome.status) ? "fresh-bad" : "fresh"}
                data-call={call.callId}
                data-status={outcome.status}
              >
                <td class="wide">
                  <StatusBadge status={outcome.status} />{" "}
                  <span class="muted">
                    {reasonInWords(outcome.reason)}
                    {outcome.sipCode !== null && ` SIP ${outcome.sipCode}`}
                  </span>
                </td>
                <td class="end" data-label={words.length}>
                  <span class="number">
                    {formatDuration(endedAtMs - (call.answeredAtMs ?? call.startedAtMs))}
                  </span>
                </td>
                <td data-label={words.caller}>
                  <Caller call={call} />
                </td>
                <td data-label={words.proxy}>
                  <Number number={call.proxy} />
                </td>
                <td data-label={words.real}>
                  <Number number={call.real} />
                </td>
                <td data-label={words.trunk} class="muted nowrap">
                  {trunksInWords(call.inboundTrunk, call.outboundTrunk)}
                </td>
                <td data-label={words.when} class="muted">
                  <Ago atMs={endedAtMs} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
