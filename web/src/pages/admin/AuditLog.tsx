import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { AuditRecord, User } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { auditTexts } from "../../i18n/audit.ts";
import { texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { place } from "../../router.ts";
import { may } from "../../session.ts";
import { EmptyList } from "../../ui/EmptyList.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { addressOf, exportAddress, filterOf, noFilter, queryOf } from "./auditFilter.ts";
import type { AuditFilter } from "./auditFilter.ts";
import { AuditFilters } from "./AuditFilters.tsx";
import type { UserNames } from "./AuditFilters.tsx";
import { AuditTable } from "./AuditTable.tsx";
import { Listing } from "../../ui/Listing.tsx";
import { listPage, Pager, pageSize, refilter, rowRange } from "../../ui/paging.tsx";

interface AuditPage {
  readonly items: readonly AuditRecord[];
  readonly next: string | null;
  readonly row: number;
  /** The address that it was requested for. */
  readonly place: string;
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

const change = (next: AuditFilter): void => refilter(addressOf(next));

/** The audit log, newest first, one page at a time. */
export function AuditLog() {
  const words = auditTexts.value;
  const filter = filterOf(place.value.query);
  const key = JSON.stringify(filter);
  const asked = listPage();
  const { after } = asked;
  const here = `${key} ${asked.key}`;
  const resource = useResource<AuditPage>(here, async (signal) => {
    const query = {
      ...queryOf(filter, new Date()),
      limit: pageSize.value,
      ...(after !== null && { after }),
    };
    return { ...(await api.listAudit(query, { signal })), row: asked.row, place: here };
  });
  const page = resource.state.value.value;
  const { names, see } = useNames();
  useEffect(() => {
    if (page !== null) see(page.items);
  }, [page]);
  const filtered = key !== JSON.stringify(noFilter);
  return (
    <>
      <AuditFilters filter={filter} users={names} onChange={change} />
      <Listing
        id="audit"
        title={accessTexts.value.sections.audit}
        note={words.intro}
        actions={
          <>
            <a class="button" href={exportAddress(filter, new Date())} download>
              <Icon name="download" size={16} />
              {texts.value.calls.export}
            </a>
            <button type="button" class="button" onClick={resource.reload}>
              <Icon name="again" size={16} />
              {words.renew}
            </button>
          </>
        }
        resource={resource}
        page={asked}
      >
        {({ items, next, row, place: shownAt }) =>
          items.length === 0 ? (
            <EmptyList
              icon="file"
              words={words}
              page={asked}
              filtered={filtered}
              onClear={() => change(noFilter)}
            />
          ) : (
            <>
              <AuditTable records={items} users={names} onUser={(userId) => change({ ...filter, userId })} />
              <Pager
                text={rowRange(row, items.length)}
                page={asked}
                shown={shownAt === here ? { next, rows: items.length } : null}
              />
            </>
          )
        }
      </Listing>
    </>
  );
}
