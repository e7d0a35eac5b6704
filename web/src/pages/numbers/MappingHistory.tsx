import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { MappingEvent } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useResource } from "../../net/resource.ts";
import { IconButton } from "../../ui/controls.tsx";
import { Listing } from "../../ui/Listing.tsx";

const pageSize = 20;

function deedInWords({ what, fields, importId }: MappingEvent): string {
  const { history, importNumber } = numbersTexts.value;
  if (what === "created") {
    return importId === null
      ? history.created
      : fill(history.createdByImport, { import: fill(importNumber, { id: importId }) });
  }
  if (what === "released") return history.released;
  if (what !== "changed") return what;
  if (fields.length === 0) return history.changed;
  const names = fields.map((field) => history.fields[field] ?? field).join(", ");
  return importId === null
    ? fill(history.changedFields, { fields: names })
    : fill(history.changedByImport, { import: fill(importNumber, { id: importId }), fields: names });
}

function actorInWords(actor: MappingEvent["actor"]): string {
  const { history } = numbersTexts.value;
  if (actor === null) return history.unknownActor;
  if (actor.kind === "open" || actor.kind === "anonymous") return history.beforeSignIn;
  return actor.kind === "key" ? fill(history.byKey, { name: actor.name }) : actor.name;
}

/** The mapping's history, newest first. */
export function MappingHistory({ id }: { readonly id: string }) {
  const words = numbersTexts.value.history;
  const { common } = texts.value;
  const trail = useSignal<readonly (string | null)[]>([null]);
  const after = trail.value.at(-1) ?? null;
  const resource = useResource(`${id} ${after}`, (signal) =>
    api.mappingHistory(id, { limit: pageSize, ...(after !== null && { after }) }, { signal }),
  );
  const next = resource.state.value.value?.next ?? null;
  return (
    <Listing
      id="history"
      title={words.title}
      resource={resource}
      actions={
        (trail.value.length > 1 || next !== null) && (
          <>
            <IconButton
              icon="left"
              label={common.previous}
              disabled={trail.value.length < 2}
              onClick={() => (trail.value = trail.value.slice(0, -1))}
            />
            <IconButton
              icon="right"
              label={common.next}
              disabled={next === null}
              onClick={() => (trail.value = [...trail.value, next])}
            />
          </>
        )
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
                  <span class="muted">{actorInWords(event.actor)}</span>
                )}
              </li>
            ))}
          </ol>
        )
      }
    </Listing>
  );
}
