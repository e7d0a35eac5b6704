import { useEffect, useRef } from "preact/hooks";
import type { LiveCall } from "../../../../src/live/browserMessages.ts";
import { api } from "../../api/client.ts";
import type { CallDetails as Details, TimelineStep } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatDateTime, formatDuration } from "../../format/time.ts";
import { fill, language, texts } from "../../i18n/index.ts";
import { board } from "../../live/feed.ts";
import { useResource } from "../../net/resource.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { may } from "../../session.ts";
import { enderInWords, inboundInWords, reasonInWords, StateBadge, StatusBadge } from "../../ui/callWords.tsx";
import { Phone } from "../../ui/controls.tsx";
import { Badge, Empty, Loading, ProblemNotice } from "../../ui/feedback.tsx";
import { BackLink } from "../../ui/BackLink.tsx";
import { CalledNumber, useOwners } from "../../ui/owners.tsx";
import { addressOf, noFilter } from "./filters.ts";
import { RevealButton, useNumbers } from "./reveal.tsx";

const isKeyOf = <Words extends object>(words: Words, key: string): key is Extract<keyof Words, string> =>
  Object.hasOwn(words, key);

function Step({ step, startedAt }: { readonly step: TimelineStep; readonly startedAt: string }) {
  const { calls, states } = texts.value;
  const atMs = Date.parse(step.at);
  const seconds = (atMs - Date.parse(startedAt)) / 1000;
  const after = new Intl.NumberFormat(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return (
    <li>
      <span class="number muted">
        +{fill(texts.value.common.seconds, { n: after.format(Math.max(0, seconds)) })}
      </span>
      <span>
        {isKeyOf(calls.events, step.event) ? calls.events[step.event] : step.event}
        {step.sipCode !== null && <span class="muted"> SIP {step.sipCode}</span>}
      </span>
      <Badge tone="calm">{isKeyOf(states, step.state) ? states[step.state] : step.state}</Badge>
    </li>
  );
}

const numberOr = (value: string | null, none: string) =>
  value === null || value === "" ? none : <Phone number={value} />;

/** With the way to all calls of the caller, for viewers who can search by real numbers. */
function Caller({ number }: { readonly number: string | null }) {
  if (number === null || number === "") return <>{texts.value.common.withheld}</>;
  return (
    <>
      <Phone number={number} />
      {may.value("numbers.real") && (
        <a class="second-line" href={addressOf({ ...noFilter, search: formatPhone(number) })}>
          {texts.value.calls.otherCalls}
        </a>
      )}
    </>
  );
}

function Facts({ call }: { readonly call: Details }) {
  const words = texts.value.calls;
  const { common } = texts.value;
  const numbers = useNumbers(call);
  const { shown } = numbers;
  useOwners([call.proxyNumber]);
  return (
    <>
      <RevealButton numbers={numbers} />
      <dl class="facts">
        <dt>{words.outcome}</dt>
        <dd>
          <StatusBadge status={call.status} /> <span class="muted">{reasonInWords(call.reason)}</span>
        </dd>
        <dt>{words.direction}</dt>
        <dd>{words.directions[call.direction]}</dd>
        <dt>{words.caller}</dt>
        <dd aria-live="polite">
          <Caller number={shown.caller} />
        </dd>
        <dt>{words.proxy}</dt>
        <dd>
          <CalledNumber number={call.proxyNumber} startedAt={call.startedAt} />
        </dd>
        <dt>{words.real}</dt>
        <dd aria-live="polite">{numberOr(shown.realNumber, common.none)}</dd>
        <dt>{words.shown}</dt>
        <dd>
          {call.shownNumber === null && call.outboundTrunk !== null
            ? common.withheld
            : numberOr(call.shownNumber, common.none)}
        </dd>
        <dt>{words.startedAt}</dt>
        <dd class="number">{formatDateTime(call.startedAt)}</dd>
        <dt>{words.answeredAt}</dt>
        <dd class="number">{call.answeredAt === null ? common.none : formatDateTime(call.answeredAt)}</dd>
        <dt>{words.endedAt}</dt>
        <dd class="number">{call.endedAt === null ? common.none : formatDateTime(call.endedAt)}</dd>
        <dt>{words.endedBy}</dt>
        <dd>{enderInWords(call.endedBy)}</dd>
        <dt>{words.ring}</dt>
        <dd class="number">
          {call.ringSeconds === null ? common.none : formatDuration(call.ringSeconds * 1000)}
        </dd>
        <dt>{words.talk}</dt>
        <dd class="number">{formatDuration(call.talkSeconds * 1000)}</dd>
        <dt>{words.sipCode}</dt>
        <dd class="number">{call.sipCode ?? common.none}</dd>
        <dt>{words.cause}</dt>
        <dd class="number">{call.cause ?? common.none}</dd>
        <dt>{words.inboundTrunk}</dt>
        <dd>{inboundInWords(call.inboundTrunk)}</dd>
        <dt>{words.outboundTrunk}</dt>
        <dd>{call.outboundTrunk ?? common.none}</dd>
        <dt>{words.asterisk}</dt>
        <dd>{call.asterisk ?? common.none}</dd>
        <dt>{words.node}</dt>
        <dd>{call.node ?? common.none}</dd>
        <dt>{words.callId}</dt>
        <dd class="number muted">{call.callId}</dd>
      </dl>
    </>
  );
}

/** The record of a call that has just ended is stored within moments. */
const recordMs = 1000;

/** A call in progress, which has no record yet. */
function LiveFacts({ call }: { readonly call: LiveCall }) {
  const words = texts.value.calls;
  const { common } = texts.value;
  useOwners([call.proxy]);
  return (
    <section class="card card-body" aria-label={words.facts}>
      <p class="muted">{words.liveText}</p>
      <dl class="facts">
        <dt>{texts.value.board.state}</dt>
        <dd>
          <StateBadge state={call.state} />
        </dd>
        <dt>{words.caller}</dt>
        <dd>
          <Caller number={call.caller} />
        </dd>
        <dt>{words.proxy}</dt>
        <dd>
          <CalledNumber number={call.proxy} startedAt={call.startedAtMs} />
        </dd>
        <dt>{words.real}</dt>
        <dd>{numberOr(call.real, common.none)}</dd>
        <dt>{words.startedAt}</dt>
        <dd class="number">{formatDateTime(call.startedAtMs)}</dd>
      </dl>
    </section>
  );
}

export function CallDetails({ callId }: { readonly callId: string }) {
  const words = texts.value.calls;
  const { state, reload } = useResource<Details>(callId, (signal) => api.getCall(callId, { signal }));
  const { value: call, problem } = state.value;
  const live = board.value?.calls.find((one) => one.callId === callId) ?? null;
  const wasLive = useRef(false);
  wasLive.current ||= live !== null;
  const awaited = wasLive.current && live === null && call === null;
  useEffect(() => {
    if (!awaited) return undefined;
    const timer = setInterval(reload, recordMs);
    return () => clearInterval(timer);
  }, [awaited]);
  const title = call === null ? words.title : fill(words.callTitle, { time: formatDateTime(call.startedAt) });
  return (
    <>
      <PageHead title={title}>
        <BackLink href="/app/calls" label={words.back} />
      </PageHead>
      {call === null && live !== null && <LiveFacts call={live} />}
      {problem?.status === 404 && wasLive.current ? (
        live === null && <Loading />
      ) : problem?.status === 404 ? (
        <Empty icon="calls" title={words.unknownCall} text={words.unknownCallText}>
          {may.value("live.watch") && (
            <a class="button" href="/app/board">
              {texts.value.common.toBoard}
            </a>
          )}
        </Empty>
      ) : (
        problem !== null && <ProblemNotice problem={problem} retry={reload} />
      )}
      {call === null && problem === null && <Loading />}
      {call !== null && (
        <div class="columns">
          <section class="card" aria-labelledby="facts">
            <div class="card-head">
              <h2 id="facts">{words.facts}</h2>
            </div>
            <div class="card-body">
              <Facts call={call} />
            </div>
          </section>
          <section class="card" aria-labelledby="timeline">
            <div class="card-head">
              <h2 id="timeline">{words.timeline}</h2>
            </div>
            <div class="card-body">
              {call.timeline === null ? (
                <p class="muted">{words.noTimeline}</p>
              ) : (
                <ol class="timeline">
                  {call.timeline.map((step) => (
                    <Step key={`${step.at} ${step.event}`} step={step} startedAt={call.startedAt} />
                  ))}
                </ol>
              )}
            </div>
          </section>
        </div>
      )}
    </>
  );
}
