import { useComputed, useSignal } from "@preact/signals";
import type { LiveCall } from "../../../../src/live/browserMessages.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { board, feedState } from "../../live/feed.ts";
import { soundOn } from "../../live/sound.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { IconButton, SearchField } from "../../ui/controls.tsx";
import { Empty, Loading } from "../../ui/feedback.tsx";
import { Counters } from "./Counters.tsx";
import { EndedTable, LiveTable } from "./CallTables.tsx";
import { HangUpDialog } from "./HangUpDialog.tsx";

/** Maximum number of rows; use the search to find others. */
const shownAtMost = 200;

function matching(calls: readonly LiveCall[], search: string): readonly LiveCall[] {
  const words = search.toLowerCase().trim();
  if (words === "") return calls;
  const digits = words.replaceAll(/[\s()+-]/g, "");
  return calls.filter(({ caller, proxy, real, inboundTrunk, outboundTrunk, node, asterisk }) => {
    const isDigits = /^\d+$/.test(digits);
    if (isDigits && [caller, proxy, real].some((number) => number?.replaceAll(/\D/g, "").includes(digits)))
      return true;
    return [inboundTrunk, outboundTrunk, node, asterisk].some((name) => name?.toLowerCase().includes(words));
  });
}

function FeedNotice() {
  const words = texts.value.board;
  if (feedState.value === "stale") {
    return (
      <div class="strip" data-tone="warn" role="status">
        <span class="spinner" aria-busy="true" aria-hidden="true" />
        {words.stale}
      </div>
    );
  }
  if (board.value?.figures.complete === false) {
    return (
      <div class="strip" data-tone="warn" role="status">
        {words.incomplete}
      </div>
    );
  }
  return null;
}

/** All calls in progress and those that have just ended, live. */
export default function BoardPage() {
  const search = useSignal("");
  const hangingUp = useSignal<LiveCall | null>(null);
  const live = useComputed(() => matching(board.value?.calls ?? [], search.value));
  const ended = useComputed(() => matching(board.value?.ended ?? [], search.value));
  const words = texts.value.board;
  const known = board.value !== null;
  const hidden = live.value.length - shownAtMost;
  return (
    <>
      <PageHead title={words.title}>
        <IconButton
          icon={soundOn.value ? "sound" : "mute"}
          label={soundOn.value ? words.soundOn : words.soundOff}
          pressed={soundOn.value}
          onClick={() => {
            soundOn.value = !soundOn.value;
          }}
        />
      </PageHead>
      <FeedNotice />
      <Counters />
      <div class="toolbar">
        <SearchField
          value={search.value}
          label={words.search}
          onInput={(value) => {
            search.value = value;
          }}
        />
      </div>
      <section class="card" aria-labelledby="live-title">
        <div class="card-head">
          <h2 id="live-title">{words.inProgress}</h2>
          {known && <span class="muted number">{formatCount(live.value.length)}</span>}
          <span class="visually-hidden" role="status">
            {fill(words.announce, { n: board.value?.figures.now ?? 0 })}
          </span>
        </div>
        {!known && <Loading />}
        {known && live.value.length === 0 && (
          <Empty
            icon="calls"
            title={search.value === "" ? words.emptyTitle : words.noMatch}
            {...(search.value === "" && { text: words.emptyText })}
          />
        )}
        {live.value.length > 0 && (
          <LiveTable
            calls={live.value.slice(0, shownAtMost)}
            onHangUp={(call) => {
              hangingUp.value = call;
            }}
          />
        )}
        {hidden > 0 && <p class="pager">{counted(words.more, hidden)}</p>}
      </section>
      <section class="card" aria-labelledby="ended-title">
        <div class="card-head">
          <h2 id="ended-title">{words.ended}</h2>
          {known && <span class="muted number">{formatCount(ended.value.length)}</span>}
        </div>
        {ended.value.length > 0 ? (
          <EndedTable calls={ended.value.slice(0, shownAtMost)} />
        ) : (
          <div class="card-body muted">{search.value === "" ? words.emptyEnded : words.noMatch}</div>
        )}
      </section>
      {hangingUp.value !== null && (
        <HangUpDialog
          call={hangingUp.value}
          onClose={() => {
            hangingUp.value = null;
          }}
        />
      )}
    </>
  );
}
