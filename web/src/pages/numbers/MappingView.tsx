import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Mapping, MappingPatch } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { useAction } from "../../net/action.ts";
import { useResource } from "../../net/resource.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Empty, Loading, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LastCalls } from "./LastCalls.tsx";
import { MappingFacts } from "./MappingFacts.tsx";
import { MappingHistory } from "./MappingHistory.tsx";
import { MappingForm } from "./MappingForm.tsx";
import { TryNumber } from "./TryNumber.tsx";

/** One mapping: details, settings, last calls, and history. */
export function MappingView({ id }: { readonly id: string }) {
  const words = texts.value.numbers;
  const { common } = texts.value;
  const { state, reload } = useResource<Mapping>(id, (signal) => api.getMapping(id, { signal }));
  const action = useAction();
  const releasing = useSignal(false);
  const { value: mapping, problem } = state.value;
  const writes = may.value("numbers.write") && mapping !== null && mapping.state !== "quarantined";

  async function change(to: MappingPatch): Promise<void> {
    const done = await action.run(() => api.changeMapping(id, to));
    if (done) toast(words.saved);
    // Keeps the input on errors.
    if (done) reload();
  }

  return (
    <>
      <PageHead title={mapping === null ? words.title : formatPhone(mapping.proxyNumber)}>
        <a class="button" href="/app/numbers">
          <Icon name="left" size={16} />
          {words.back}
        </a>
        {writes && (
          <>
            <button
              type="button"
              class="button"
              disabled={action.busy.value}
              onClick={() => void change({ state: mapping.state === "disabled" ? "active" : "disabled" })}
            >
              {mapping.state === "disabled" ? words.enable : words.disable}
            </button>
            <button
              type="button"
              class="button danger"
              disabled={action.busy.value}
              onClick={() => {
                releasing.value = true;
              }}
            >
              {words.release}
            </button>
          </>
        )}
      </PageHead>
      {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
      {problem?.status === 404 ? (
        <Empty icon="numbers" title={words.unknown} text={words.unknownText} />
      ) : (
        problem !== null && <ProblemNotice problem={problem} retry={reload} />
      )}
      {mapping === null && problem === null && <Loading />}
      {mapping !== null && (
        <div class="columns">
          <section class="card card-body" aria-label={formatPhone(mapping.proxyNumber)}>
            <MappingFacts mapping={mapping} />
          </section>
          {writes && (
            <MappingForm
              key={mapping.updatedAt}
              mapping={mapping}
              busy={action.busy.value}
              onSave={(to) => void change(to)}
            />
          )}
          <div class="stack">
            {may.value("numbers.real") && <TryNumber id={id} />}
            <LastCalls number={mapping.proxyNumber} />
            <MappingHistory key={`history ${mapping.updatedAt} ${mapping.state}`} id={id} />
          </div>
        </div>
      )}
      {releasing.value && (
        <ConfirmDialog
          title={words.releaseTitle}
          text={words.releaseText}
          label={words.release}
          work={async () => {
            const { quarantinedUntil } = await api.releaseMapping(id);
            toast(
              fill(words.released, {
                time: quarantinedUntil === null ? common.none : formatDateTime(quarantinedUntil),
              }),
            );
          }}
          onDone={() => {
            releasing.value = false;
            reload();
          }}
          onClose={() => {
            releasing.value = false;
          }}
        />
      )}
    </>
  );
}
