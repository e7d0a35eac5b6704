import { api } from "../../api/client.ts";
import type { MappingEvent } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { actorInWords } from "../../i18n/actorInWords.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useResource } from "../../net/resource.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { changesInWords } from "../../ui/changesInWords.ts";
import { Listing } from "../../ui/Listing.tsx";
import { listPage } from "../../ui/paging.tsx";

const pageSize = 20;

function deedInWords({ what, fields, changes, importId }: MappingEvent): string {
  const { history, importNumber } = numbersTexts.value;
  if (what === "created") {
    return importId === null
      ? history.created
      : fill(history.createdByImport, { import: fill(importNumber, { id: importId }) });
  }
  if (what === "released") return history.released;
  if (what === "restored" || what === "renumbered" || what === "erased") return history[what];
  if (what !== "changed") return what;
  if (fields.length === 0) return history.changed;
  const told = new Set(changes.map(({ field }) => field));
  const names = [
    ...changesInWords(changes),
    // A number is never among the values, and older changes have none.
    ...fields.filter((field) => !told.has(field)).map((field) => history.fields[field] ?? field),
  ].join("; ");
  return importId === null
    ? fill(history.changedFields, { fields: names })
    : fill(history.changedByImport, { import: fill(importNumber, { id: importId }), fields: names });
}

/** The mapping's history, newest first. */
export function MappingHistory({ id }: { readonly id: string }) {
  const words = numbersTexts.value.history;
  const { common } = texts.value;
  const page = listPage("history-");
  const { after } = page;
  const resource = useResource(`${id} ${after}`, (signal) =>
    api.mappingHistory(id, { limit: pageSize, ...(after !== null && { after }) }, { signal }),
  );
  const { next = null, items: shown = [] } = resource.state.value.value ?? {};
  return (
    <Listing
      id="history"
      title={words.title}
      resource={resource}
      page={page}
      actions={
        <>
          <a class="button" href={`/mappings/${id}/history/export.csv?delimiter=semicolon`} download>
            <Icon name="download" size={16} />
            {texts.value.calls.export}
          </a>
          {(after !== null || next !== null) && (
            <>
              <IconButton
                icon="left"
                label={page.backToFirst ? common.firstPage : common.previous}
                disabled={page.goBack === null}
                onClick={() => page.goBack?.()}
              />
              <IconButton
                icon="right"
                label={common.next}
                disabled={next === null}
                onClick={() => next !== null && page.goOn(next, shown.length)}
              />
            </>
          )}
        </>
      }
    >
      {({ items }) =>
        items.length === 0 ? (
          <p class="card-body muted">{words.empty}</p>
        ) : (
          <ol class="card-body history" data-list="history">
            {items.map((event) => (
              <li key={`${event.at} ${event.what} ${event.fields.join()}`}>
                <span class="number muted">{formatDateTime(event.at)}</span>
                <span>{deedInWords(event)}</span>
                {event.actor === null && event.what === "created" ? null : (
                  <span class="muted">
                    {event.actor === null ? words.unknownActor : actorInWords(event.actor)}
                  </span>
                )}
              </li>
            ))}
          </ol>
        )
      }
    </Listing>
  );
}
