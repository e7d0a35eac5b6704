import type { ImportPage } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { actorInWords } from "../../i18n/actorInWords.ts";
import { formatCount, language, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useResource } from "../../net/resource.ts";
import { Columns } from "../../ui/Listing.tsx";
import { listPage, ListProblem, Pager, pageSize, rowRange } from "../../ui/paging.tsx";
import { importsApi } from "./importApi.ts";
import { ImportStateBadge } from "./ImportStateBadge.tsx";

/** The results of earlier imports, newest first, one page at a time. */
export function EarlierImports() {
  const words = texts.value.import;
  const own = numbersTexts.value.import.earlier;
  const asked = listPage("imports-");
  const here = `${language.value} ${asked.key}`;
  const { state, reload } = useResource<ImportPage & { readonly place: string; readonly row: number }>(
    here,
    async (signal) => {
      const part = { after: asked.after, limit: pageSize.value };
      return { ...(await importsApi.list(part, signal)), place: here, row: asked.row };
    },
    { everyMs: 5000 },
  );
  const { value, loading, problem } = state.value;
  if (value === null && problem !== null)
    return <ListProblem problem={problem} page={asked} retry={reload} />;
  if (value === null || (value.items.length === 0 && asked.after === null)) return null;
  const { items, next, place, row } = value;
  const names = [
    own.file,
    texts.value.numbers.state,
    own.rows,
    words.created,
    words.rejected,
    own.by,
    own.at,
  ];
  return (
    <section class="card" aria-labelledby="earlier" aria-busy={loading && place !== here}>
      <div class="card-head">
        <h2 id="earlier">{words.lastImports}</h2>
      </div>
      <div class="table-scroll">
        <table class="folding" data-table="imports">
          <Columns names={names} />
          <tbody>
            {items.map((job) => (
              <tr key={job.id}>
                <td class="wide">
                  <a href={`/app/import/${job.id}`} data-opens>
                    {job.fileName}
                  </a>
                </td>
                <td data-label={names[1]}>
                  <ImportStateBadge job={job} />
                </td>
                <td class="number" data-label={own.rows}>
                  {formatCount(job.counts.rows)}
                </td>
                <td class="number" data-label={words.created}>
                  {formatCount(job.counts.created)}
                </td>
                <td class="number" data-label={words.rejected}>
                  {formatCount(job.counts.rejected)}
                </td>
                <td data-label={own.by}>{job.uploadedBy !== null && actorInWords(job.uploadedBy)}</td>
                <td class="number muted" data-label={own.at}>
                  {formatMinute(job.createdAt)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager
        text={items.length === 0 ? words.noMatch : rowRange(row, items.length)}
        page={asked}
        shown={place === here ? { next, rows: items.length } : null}
      />
    </section>
  );
}
