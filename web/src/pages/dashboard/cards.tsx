import type { ComponentChildren } from "preact";
import type { BusiestNumbers, CallStats, Pool, Times } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { fill, formatCount, texts } from "../../i18n/index.ts";
import { StatusBadge } from "../../ui/callWords.tsx";
import { Badge } from "../../ui/feedback.tsx";
import { OwnerLabel, useOwners } from "../../ui/owners.tsx";
import { CallsLink } from "./CallsLink.tsx";
import { secondsInWords } from "./figures.ts";

export function Card(props: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="card" aria-labelledby={props.id}>
      <div class="card-head">
        <h2 id={props.id}>{props.title}</h2>
      </div>
      <div class="table-scroll" role="region" aria-labelledby={props.id} tabIndex={0}>
        {props.children}
      </div>
    </section>
  );
}

/** A share as a bar; the value is next to it. */
function Share({ of, in: whole }: { readonly of: number; readonly in: number }) {
  return (
    <svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="8" rx="1" class="whole" />
      <rect width={whole === 0 ? 0 : (100 * of) / whole} height="8" rx="1" class="part-of" />
    </svg>
  );
}

export function OutcomesCard({ stats }: { readonly stats: CallStats }) {
  const words = texts.value.dashboard;
  const { outcomes, calls } = stats.totals;
  const sorted = outcomes.toSorted((one, other) => other.calls - one.calls);
  return (
    <Card id="outcomes" title={words.outcomes}>
      <table>
        <tbody>
          {sorted.map((outcome) => (
            <tr key={outcome.status}>
              <td>
                <CallsLink stats={stats} filter={{ statuses: [outcome.status] }}>
                  <StatusBadge status={outcome.status} />
                </CallsLink>
              </td>
              <td class="bar">
                <Share of={outcome.calls} in={calls} />
              </td>
              <td class="end number">{formatCount(outcome.calls)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

export function BusiestCard({ busiest }: { readonly busiest: BusiestNumbers }) {
  const words = texts.value.dashboard;
  const most = busiest.items[0]?.calls ?? 0;
  useOwners(busiest.items.map(({ proxyNumber }) => proxyNumber));
  return (
    <Card id="busiest" title={words.busiest}>
      <table>
        <tbody>
          {busiest.items.map(({ proxyNumber, calls }) => (
            <tr key={proxyNumber}>
              <td>
                <CallsLink stats={busiest} filter={{ search: formatPhone(proxyNumber) }}>
                  <span class="number">{formatPhone(proxyNumber)}</span>
                </CallsLink>
                <OwnerLabel number={proxyNumber} />
              </td>
              <td class="bar">
                <Share of={calls} in={most} />
              </td>
              <td class="end number">{formatCount(calls)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

/** Usage and free numbers of each pool. */
export function PoolsCard({ pools }: { readonly pools: readonly Pool[] }) {
  const words = texts.value.dashboard;
  return (
    <Card id="pool-fill" title={words.poolFill}>
      <table>
        <tbody>
          {pools.map(({ id, name, counts, forecast }) => (
            <tr key={id}>
              <td>
                <a href="/app/pools">{name}</a>
              </td>
              <td class="bar">
                <Share of={counts.total - counts.free} in={counts.total} />
              </td>
              <td class="end number">
                {fill(words.poolLeft, { free: formatCount(counts.free), total: formatCount(counts.total) })}
                {forecast.warning && (
                  <>
                    {" "}
                    <Badge tone="warn">{words.poolLow}</Badge>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

export function TimesCard({ stats }: { readonly stats: CallStats }) {
  const words = texts.value.dashboard;
  const { answerTime, ringTime, talkTime } = stats.totals;
  const rows: readonly (readonly [string, Times])[] = [
    [words.answerTime, answerTime],
    [words.ringTime, ringTime],
    [words.talkTime, talkTime],
  ];
  return (
    <Card id="times" title={words.times}>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col" class="end">
              {words.average}
            </th>
            <th scope="col" class="end">
              {words.median}
            </th>
            <th scope="col" class="end">
              {words.p95}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, times]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="end number">{secondsInWords(times.averageSeconds)}</td>
              <td class="end number">{secondsInWords(times.p50Seconds)}</td>
              <td class="end number">{secondsInWords(times.p95Seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
