import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { LiveCall } from "../../../../src/live/browserMessages.ts";
import { formatAgo, formatDateTime, formatDuration } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { isUnknown } from "../../live/feed.ts";
import { isFailure } from "../../live/sound.ts";
import { serverNowMs } from "../../live/ticking.ts";
import { may } from "../../session.ts";
import { Phone } from "../../ui/controls.tsx";
import { reasonInWords, StateBadge, StatusBadge, Trunks } from "../../ui/callWords.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { CalledNumber, useOwners } from "../../ui/owners.tsx";

/** A component of its own, so that a tick redraws nothing else. */
function Timer({ call }: { readonly call: LiveCall }) {
  const since = call.answeredAtMs ?? call.startedAtMs;
  const unknown = isUnknown(call);
  const stoppedMs = useRef<number | null>(null);
  stoppedMs.current = unknown ? (stoppedMs.current ?? serverNowMs.peek()) : null;
  const stopped = stoppedMs.current;
  const shown = useComputed(() => formatDuration(serverNowMs.value - since));
  if (stopped !== null)
    return (
      <span class="number muted">
        {fill(texts.value.board.atLeast, { time: formatDuration(stopped - since) })}
      </span>
    );
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

/** The link to the call's page, for viewers who may open it. */
function ToCall({ call, children }: { readonly call: LiveCall; readonly children: ComponentChildren }) {
  if (!may.value("calls.read")) return <>{children}</>;
  const time = formatDateTime(call.startedAtMs);
  return (
    <a
      class="plain"
      data-opens
      href={`/app/calls/${encodeURIComponent(call.callId)}`}
      title={fill(texts.value.calls.open, { time })}
    >
      {children}
    </a>
  );
}

export function LiveTable(props: {
  readonly calls: readonly LiveCall[];
  readonly onHangUp: (call: LiveCall) => void;
}) {
  const words = texts.value.board;
  const mayHangUp = may.value("calls.hangup");
  useOwners(props.calls.map(({ proxy }) => proxy));
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
            <tr
              key={call.callId}
              class={isUnknown(call) ? "unknown" : "fresh"}
              data-call={call.callId}
              data-state={call.state}
            >
              <td>
                <ToCall call={call}>
                  <StateBadge state={call.state} />
                </ToCall>
              </td>
              <td class="end" data-label={words.time}>
                <Timer call={call} />
              </td>
              <td data-label={words.caller}>
                <Caller call={call} />
              </td>
              <td data-label={words.proxy}>
                <CalledNumber number={call.proxy} startedAt={call.startedAtMs} />
              </td>
              <td data-label={words.real}>
                <Number number={call.real} />
              </td>
              <td data-label={words.trunk} class="muted nowrap">
                <Trunks inbound={call.inboundTrunk} outbound={call.outboundTrunk} />
              </td>
              <td data-label={words.node} class="muted nowrap">
                {call.node}
              </td>
              {mayHangUp && (
                <td class="end last">
                  <button
                    type="button"
                    class="button small quiet hang-up"
                    disabled={isUnknown(call)}
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

/** The reason and the SIP code, which tells something only of calls that were not answered. */
function whyInWords({ status, reason, sipCode }: NonNullable<LiveCall["outcome"]>): string {
  const code = sipCode === null || status === "answered" ? "" : `SIP ${sipCode}`;
  return [reasonInWords(reason), code].filter((one) => one !== "").join(", ");
}

export function EndedTable({ calls }: { readonly calls: readonly LiveCall[] }) {
  const words = texts.value.board;
  useOwners(calls.map(({ proxy }) => proxy));
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
                  <ToCall call={call}>
                    <StatusBadge status={outcome.status} />
                  </ToCall>
                  <span class="second-line one-line">{whyInWords(outcome)}</span>
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
                  <CalledNumber number={call.proxy} startedAt={call.startedAtMs} />
                </td>
                <td data-label={words.real}>
                  <Number number={call.real} />
                </td>
                <td data-label={words.trunk} class="muted nowrap">
                  <Trunks inbound={call.inboundTrunk} outbound={call.outboundTrunk} />
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
