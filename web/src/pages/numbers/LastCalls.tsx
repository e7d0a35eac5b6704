import { api } from "../../api/client.ts";
import type { Call } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatDuration, formatMinute } from "../../format/time.ts";
import { texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useResource } from "../../net/resource.ts";
import { may } from "../../session.ts";
import { StatusBadge } from "../../ui/callWords.tsx";
import { Columns, Listing } from "../../ui/Listing.tsx";
import { addressOf, noFilter } from "../calls/filters.ts";

const lastCalls = 10;

/** The last calls to this proxy number, newest first. */
export function LastCalls({ number }: { readonly number: string }) {
  const words = texts.value.numbers;
  const calls = texts.value.calls;
  const resource = useResource<readonly Call[]>(number, async (signal) => {
    const page = await api.searchCalls({ number, limit: lastCalls }, { signal });
    return page.items;
  });
  return (
    <Listing
      id="last-calls"
      title={words.calls}
      resource={resource}
      actions={
        may.value("calls.read") && (
          <a class="button quiet small" href={addressOf({ ...noFilter, search: formatPhone(number) })}>
            {words.allCalls}
          </a>
        )
      }
    >
      {(items) =>
        items.length === 0 ? (
          <p class="card-body muted">{words.noCalls}</p>
        ) : (
          <div class="table-scroll">
            <table class="folding" data-table="last-calls">
              <Columns
                names={[calls.startedAt, numbersTexts.value.calls.caller, calls.outcome, calls.talk]}
              />
              <tbody>
                {items.map((call) => (
                  <tr key={call.callId}>
                    <td class="number" data-label={calls.startedAt}>
                      <a data-opens href={`/app/calls/${encodeURIComponent(call.callId)}`}>
                        {formatMinute(call.startedAt)}
                      </a>
                    </td>
                    <td class="number" data-label={numbersTexts.value.calls.caller}>
                      {call.caller === null ? texts.value.common.withheld : formatPhone(call.caller)}
                    </td>
                    <td data-label={calls.outcome}>
                      <StatusBadge status={call.status} />
                    </td>
                    <td class="number" data-label={calls.talk}>
                      {formatDuration(call.talkSeconds * 1000)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Listing>
  );
}
