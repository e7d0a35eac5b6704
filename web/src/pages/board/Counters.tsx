import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { formatCount, language, texts } from "../../i18n/index.ts";
import { board } from "../../live/feed.ts";

function Stat({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="stat">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Counters() {
  const words = texts.value.board;
  const byState = useComputed(() => {
    let ringing = 0;
    let talking = 0;
    for (const { state } of board.value?.calls ?? []) {
      if (state === "ringing") ringing += 1;
      if (state === "talking") talking += 1;
    }
    return { ringing, talking };
  });
  const figures = board.value?.figures ?? null;
  const none = texts.value.common.none;
  const count = (n: number | undefined): string => (n === undefined ? none : formatCount(n));
  const today = figures?.today ?? null;
  const rate = today?.successRate ?? null;
  return (
    <div>
      <dl class="stats">
        <Stat label={words.now}>{count(figures?.now)}</Stat>
        <Stat label={words.ringing}>{figures === null ? none : count(byState.value.ringing)}</Stat>
        <Stat label={words.talking}>{figures === null ? none : count(byState.value.talking)}</Stat>
        <Stat label={words.today}>{count(today?.calls)}</Stat>
        <Stat label={words.answeredToday}>{count(today?.answered)}</Stat>
        <Stat label={words.success}>
          {rate === null
            ? none
            : new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }).format(
                rate,
              )}
        </Stat>
      </dl>
    </div>
  );
}
