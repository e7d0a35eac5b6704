import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Call, Mapping, MappingChange } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatDateTime, formatDuration } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { StatusBadge } from "../../ui/callWords.tsx";
import { Dialog, Phone } from "../../ui/controls.tsx";
import { Empty, Loading, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { MappingForm } from "./MappingForm.tsx";
import { MappingStateBadge } from "./MappingStateBadge.tsx";

const lastCalls = 10;

function Facts({ mapping }: { readonly mapping: Mapping }) {
  const words = texts.value.numbers;
  const { common } = texts.value;
  return (
    <dl class="facts">
      <dt>{words.state}</dt>
      <dd>
        <MappingStateBadge mapping={mapping} />
      </dd>
      <dt>{words.proxy}</dt>
      <dd>
        <Phone number={mapping.proxyNumber} />
      </dd>
      <dt>{words.real}</dt>
      <dd>
        <Phone number={mapping.realNumber} />
      </dd>
      <dt>{words.pool}</dt>
      <dd>{mapping.pool?.name ?? common.none}</dd>
      {mapping.restsUntil !== null && (
        <>
          <dt>{words.restsUntil}</dt>
          <dd class="number">{formatDateTime(mapping.restsUntil)}</dd>
        </>
      )}
      {mapping.importId !== null && (
        <>
          <dt>{words.import}</dt>
          <dd>
            <a href={`/app/import/${mapping.importId}`}>{mapping.importId}</a>
          </dd>
        </>
      )}
      <dt>{words.created}</dt>
      <dd class="number">{formatDateTime(mapping.createdAt)}</dd>
      <dt>{words.changed}</dt>
      <dd class="number">{formatDateTime(mapping.updatedAt)}</dd>
    </dl>
  );
}

function LastCalls({ number }: { readonly number: string }) {
  const words = texts.value.numbers;
  const { state, reload } = useResource<readonly Call[]>(number, async (signal) => {
    const page = await api.searchCalls({ number, limit: lastCalls }, { signal });
    return page.items;
  });
  const { value, problem } = state.value;
  return (
    <section class="card" aria-labelledby="last-calls">
      <div class="card-head">
        <h2 id="last-calls">{words.calls}</h2>
      </div>
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      {value === null && problem === null && <Loading />}
      {value?.length === 0 && <p class="card-body muted">{words.noCalls}</p>}
      {value !== null && value.length > 0 && (
        <table>
          <tbody>
            {value.map((call) => (
              <tr key={call.callId}>
                <td class="number">
                  <a href={`/app/calls/${encodeURIComponent(call.callId)}`}>
                    {formatDateTime(call.startedAt)}
                  </a>
                </td>
                <td>
                  <StatusBadge status={call.status} />
                </td>
                <td class="end number">{formatDuration(call.talkSeconds * 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** One mapping: what it is, what can be changed of it, and its last calls. */
export function MappingView({ id }: { readonly id: string }) {
  const words = texts.value.numbers;
  const { common } = texts.value;
  const { state, reload } = useResource<Mapping>(id, (signal) => api.getMapping(id, { signal }));
  const busy = useSignal(false);
  const refused = useSignal<Problem | null>(null);
  const releasing = useSignal(false);
  const { value: mapping, problem } = state.value;

  async function act(work: () => Promise<Mapping>, done: (changed: Mapping) => string): Promise<void> {
    busy.value = true;
    refused.value = null;
    try {
      toast(done(await work()));
    } catch (error) {
      refused.value = toProblem(error);
    }
    busy.value = false;
    reload();
  }
  const change = (to: MappingChange): void =>
    void act(
      () => api.changeMapping(id, to),
      () => words.saved,
    );

  return (
    <>
      <PageHead title={mapping === null ? words.title : formatPhone(mapping.proxyNumber)}>
        <a class="button" href="/app/numbers">
          <Icon name="left" size={16} />
          {words.back}
        </a>
        {mapping !== null && mapping.state !== "quarantined" && (
          <>
            <button
              type="button"
              class="button"
              disabled={busy.value}
              onClick={() => change({ state: mapping.state === "disabled" ? "active" : "disabled" })}
            >
              {mapping.state === "disabled" ? words.enable : words.disable}
            </button>
            <button
              type="button"
              class="button danger"
              disabled={busy.value}
              onClick={() => {
                releasing.value = true;
              }}
            >
              {words.release}
            </button>
          </>
        )}
      </PageHead>
      {refused.value !== null && <ProblemNotice problem={refused.value} />}
      {problem?.status === 404 ? (
        <Empty icon="numbers" title={words.unknown} text={words.unknownText} />
      ) : (
        problem !== null && <ProblemNotice problem={problem} retry={reload} />
      )}
      {mapping === null && problem === null && <Loading />}
      {mapping !== null && (
        <div class="columns">
          <section class="card card-body" aria-label={formatPhone(mapping.proxyNumber)}>
            <Facts mapping={mapping} />
          </section>
          {mapping.state !== "quarantined" && (
            <MappingForm key={mapping.updatedAt} mapping={mapping} busy={busy.value} onSave={change} />
          )}
          <LastCalls number={mapping.proxyNumber} />
        </div>
      )}
      {releasing.value && (
        <Dialog
          title={words.releaseTitle}
          onClose={() => {
            releasing.value = false;
          }}
        >
          <p>{words.releaseText}</p>
          <form method="dialog" class="dialog-actions">
            <button class="button">{common.cancel}</button>
            <button
              class="button danger"
              onClick={() =>
                void act(
                  () => api.releaseMapping(id),
                  ({ restsUntil }) =>
                    fill(words.released, {
                      time: restsUntil === null ? common.none : formatDateTime(restsUntil),
                    }),
                )
              }
            >
              {words.release}
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
