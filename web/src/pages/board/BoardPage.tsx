import { useSignal } from "@preact/signals";
import type { LiveCall } from "../../../../src/live/browserMessages.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { board, feedState } from "../../live/feed.ts";
import { soundOn } from "../../live/sound.ts";
import { pageAddress, searchedFor, searching } from "../../pageAddress.ts";
import { navigate, place } from "../../router.ts";
import { may } from "../../session.ts";
import { SetupCard } from "../setup/SetupCard.tsx";
import { PageHead } from "../../shell/PageHead.tsx";
import { IconButton, SearchField } from "../../ui/controls.tsx";
import { Empty, Loading } from "../../ui/feedback.tsx";
import { ownerOf, useOwners } from "../../ui/owners.tsx";
import { useTyped } from "../../ui/typed.ts";
import { withoutPrefixes } from "../../../../src/values/searchedDigits.ts";
import { matching } from "./boardSearch.ts";
import { Counters } from "./Counters.tsx";
import { EndedTable, LiveTable } from "./CallTables.tsx";
import { HangUpDialog } from "./HangUpDialog.tsx";

/** Maximum number of rows; use the search to find others. */
const shownAtMost = 200;

/** All of them, because a search by name must not depend on which calls are shown. */
function useFound(calls: readonly LiveCall[], search: string): readonly LiveCall[] {
  useOwners(search.trim() === "" ? [] : calls.map(({ proxy }) => proxy));
  // An instance of an earlier version sends no notation.
  const notation = board.value?.notation ?? withoutPrefixes;
  return matching(calls, search, notation, ({ proxy, startedAtMs }) => ownerOf(proxy, startedAtMs));
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
  const { silent = [], complete = true } = board.value?.figures ?? {};
  if (silent.length > 0) {
    const names = [...new Set(silent.map(({ name }) => name))].join(", ");
    return (
      <div class="strip" data-tone="bad" role="alert">
        {fill(words.silent, { names })}
      </div>
    );
  }
  if (!complete) {
    return (
      <div class="strip" data-tone="warn" role="status">
        {words.incomplete}
      </div>
    );
  }
  return null;
}

/** In the URL behind `#`, because it may be a phone number. */
function searchFor(text: string): void {
  navigate(pageAddress(place.peek().path, new URLSearchParams(), searching(text)), { replace: true });
}

/** All calls in progress and those that have just ended, live. */
export default function BoardPage() {
  const search = useTyped(searchedFor(place.value.hidden), searchFor);
  const hangingUp = useSignal<LiveCall | null>(null);
  const live = useFound(board.value?.calls ?? [], search.text.value);
  const ended = useFound(board.value?.ended ?? [], search.text.value);
  const words = texts.value.board;
  const known = board.value !== null;
  const hidden = live.length - shownAtMost;
  const isSilent = (board.value?.figures.silent.length ?? 0) > 0;
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
      {may.value("system.read") && <SetupCard />}
      <Counters />
      <div class="toolbar">
        <SearchField value={search.text.value} label={words.search} onInput={search.type} />
      </div>
      <section class="card" aria-labelledby="live-title">
        <div class="card-head">
          <h2 id="live-title">{words.inProgress}</h2>
          {known && <span class="muted number">{formatCount(live.length)}</span>}
          <span class="visually-hidden" role="status">
            {fill(words.announce, { n: board.value?.figures.now ?? 0 })}
          </span>
        </div>
        {!known && <Loading />}
        {known && live.length === 0 && (
          <Empty
            icon="calls"
            title={
              search.text.value !== "" ? words.noMatch : isSilent ? words.emptyUnknown : words.emptyTitle
            }
            {...(search.text.value === "" && !isSilent && { text: words.emptyText })}
          />
        )}
        {live.length > 0 && (
          <LiveTable
            calls={live.slice(0, shownAtMost)}
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
          {known && <span class="muted number">{formatCount(ended.length)}</span>}
        </div>
        {ended.length > 0 ? (
          <EndedTable calls={ended.slice(0, shownAtMost)} />
        ) : (
          <div class="card-body muted">{search.text.value === "" ? words.emptyEnded : words.noMatch}</div>
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
