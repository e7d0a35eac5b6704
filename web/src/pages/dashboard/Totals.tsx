import type { ComponentChildren } from "preact";
import type { CallStats } from "../../api/client.ts";
import { formatDuration } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { CallsLink } from "./CallsLink.tsx";
import { countInWords, secondsInWords, shareInWords } from "./figures.ts";

interface Figure {
  readonly name: string;
  readonly meaning?: string;
  readonly of: (totals: CallStats["totals"]) => string;
  readonly link?: (shown: string) => ComponentChildren;
}

/** The figures of the period, each with its value in the period before. */
export function Totals({ stats, before }: { readonly stats: CallStats; readonly before: CallStats }) {
  const words = texts.value.dashboard;
  const figures: readonly Figure[] = [
    {
      name: words.calls,
      of: ({ calls }) => countInWords(calls),
      link: (shown) => <CallsLink stats={stats}>{shown}</CallsLink>,
    },
    {
      name: words.answered,
      of: ({ answered }) => countInWords(answered),
      link: (shown) => (
        <CallsLink stats={stats} filter={{ statuses: ["answered"] }}>
          {shown}
        </CallsLink>
      ),
    },
    {
      name: words.asr,
      meaning: words.asrMeaning,
      of: ({ answered, calls }) => shareInWords(answered, calls),
    },
    {
      name: words.acd,
      meaning: words.acdMeaning,
      of: ({ talkTime }) => secondsInWords(talkTime.averageSeconds),
    },
    {
      name: words.pdd,
      meaning: words.pddMeaning,
      of: ({ postDialSeconds }) => secondsInWords(postDialSeconds),
    },
    { name: words.peak, of: ({ peakCalls }) => countInWords(peakCalls) },
    { name: words.talk, of: ({ talkSeconds }) => formatDuration(talkSeconds * 1000) },
  ];
  return (
    <dl class="stats by-content">
      {figures.map(({ name, meaning, of, link = (shown) => shown }) => (
        <div key={name} class="stat">
          <dt>{meaning === undefined ? name : <abbr title={meaning}>{name}</abbr>}</dt>
          <dd>{link(of(stats.totals))}</dd>
          {before.totals.calls > 0 && (
            <dd class="before">{fill(words.before, { value: of(before.totals) })}</dd>
          )}
        </div>
      ))}
    </dl>
  );
}
