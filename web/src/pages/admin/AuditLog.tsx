import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { AuditRecord, User } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { formatCount, texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { navigate, place } from "../../router.ts";
import { may } from "../../session.ts";
import { Pager } from "../../ui/controls.tsx";
import { Empty } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { addressOf, filterOf, noFilter, queryOf } from "./auditFilter.ts";
import type { AuditFilter } from "./auditFilter.ts";
import { AuditFilters } from "./AuditFilters.tsx";
import type { UserNames } from "./AuditFilters.tsx";
import { AuditTable } from "./AuditTable.tsx";
import { Listing } from "../../ui/Listing.tsx";

const pageSize = 50;

interface AuditPage {
  readonly items: readonly AuditRecord[];
  readonly next: string | null;
}

/** All users if the viewer may list them, and always those seen in records on this page. */
function useNames(): { readonly names: UserNames; readonly see: (records: readonly AuditRecord[]) => void } {
  const seen = useSignal<UserNames>(new Map());
  const { state } = useResource<readonly User[]>("names", async (signal) =>
    may.value("access.users") ? (await api.listUsers({ signal })).items : [],
  );
  const known = (state.value.value ?? []).map(({ id, username }) => [id, username] as const);
  return {
    names: new Map([...known, ...seen.value].toSorted(([, one], [, other]) => one.localeCompare(other))),
    see(records) {
      const users = records.flatMap(({ actor: { kind, id, name } }) =>
        kind === "user" && id !== null ? [[id, name] as const] : [],
      );
      seen.value = new Map([...seen.peek(), ...users]);
    },
  };
}

const change = (next: AuditFilter): void => navigate(addressOf(next), { replace: true });

/** The audit log, newest first, one page at a time. */
export function AuditLog() {
  const words = accessTexts.value.audit;
  const filter = filterOf(place.value.query);
  const key = JSON.stringify(filter);
  const trail = useSignal<readonly (string | null)[]>([null]);
  useEffect(() => {
    trail.value = [null];
  }, [key]);
  const after = trail.value.at(-1) ?? null;
  const resource = useResource<AuditPage>(`${key} ${after}`, (signal) =>
    api.listAudit(
      { ...queryOf(filter, new Date()), limit: pageSize, ...(after !== null && { after }) },
      { signal },
    ),
  );
  const page = resource.state.value.value;
  const { names, see } = useNames();
  useEffect(() => {
    if (page !== null) see(page.items);
  }, [page]);
  const filtered = key !== JSON.stringify(noFilter);
  const from = (trail.value.length - 1) * pageSize;
  const range = (count: number): string => `${formatCount(from + 1)}–${formatCount(from + count)}`;
  const { common } = texts.value;
  return (
    <>
      <AuditFilters filter={filter} users={names} onChange={change} />
      <Listing
        id="audit"
        title={accessTexts.value.sections.audit}
        note={words.intro}
        actions={
          <button type="button" class="button" onClick={resource.reload}>
            <Icon name="again" size={16} />
            {words.renew}
          </button>
        }
        resource={resource}
      >
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty
              icon="file"
              title={filtered ? words.noMatchTitle : words.emptyTitle}
              text={filtered ? words.noMatchText : words.emptyText}
            >
              {filtered && (
                <button type="button" class="button" onClick={() => change(noFilter)}>
                  {common.clearFilters}
                </button>
              )}
            </Empty>
          ) : (
            <>
              <AuditTable records={items} users={names} onUser={(userId) => change({ ...filter, userId })} />
              <Pager
                text={range(items.length)}
                onPrevious={trail.value.length < 2 ? null : () => (trail.value = trail.value.slice(0, -1))}
                onNext={next === null ? null : () => (trail.value = [...trail.value, next])}
              />
            </>
          )
        }
      </Listing>
    </>
  );
}
