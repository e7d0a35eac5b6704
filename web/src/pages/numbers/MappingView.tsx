import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { FoundMapping, Mapping, MappingPatch } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { useResource } from "../../net/resource.ts";
import { navigate } from "../../router.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Empty, Loading, ProblemNotice, toast } from "../../ui/feedback.tsx";
import type { Undo } from "../../ui/feedback.tsx";
import { isShownBeside } from "../../ui/fieldProblems.ts";
import { BackLink } from "../../ui/BackLink.tsx";
import { beforeOf } from "./beforeOf.ts";
import { ChangedMeanwhile, currentOf } from "./ChangedMeanwhile.tsx";
import { LastCalls } from "./LastCalls.tsx";
import { MappingFacts } from "./MappingFacts.tsx";
import { MappingHistory } from "./MappingHistory.tsx";
import { formFields, MappingForm } from "./MappingForm.tsx";
import { RenumberDialog } from "./RenumberDialog.tsx";
import { TestCall } from "./TestCall.tsx";
import { TryNumber } from "./TryNumber.tsx";
import { realInWords } from "./SecretNumber.tsx";

/** One mapping: details, settings, last calls, and history. */
export function MappingView({ id }: { readonly id: string }) {
  const words = texts.value.numbers;
  const { common } = texts.value;
  const { state, reload } = useResource<FoundMapping>(id, (signal) => api.getMapping(id, { signal }));
  const action = useAction();
  const releasing = useSignal(false);
  const renumbering = useSignal(false);
  const { value: mapping, problem } = state.value;
  const refused = action.refused.value;
  const writes = may.value("numbers.write") && mapping !== null && mapping.state !== "quarantined";
  const successor = mapping?.successor ?? null;

  /** The change that another one came before. */
  const late = useSignal<{ readonly patch: MappingPatch; readonly now: Mapping } | null>(null);

  async function change(patch: MappingPatch, seen: Mapping): Promise<void> {
    late.value = null;
    // Keeps the input on errors.
    await action.run(async () => {
      try {
        const saved = await api.changeMapping(id, patch, { ifMatch: seen.etag });
        toast(words.saved, undoOf(patch, seen, saved));
        reload();
      } catch (error) {
        const now = currentOf(error);
        if (now === null) throw error;
        late.value = { patch, now };
      }
    });
  }

  async function undoRelease(): Promise<void> {
    const { realNumber } = await api.restoreMapping(id);
    toast(fill(numbersTexts.value.add.restored, { real: realInWords(realNumber) }));
    reload();
  }

  /** Sets the changed fields to what they were; a masked number is not known here. */
  function undoOf(patch: MappingPatch, before: Mapping, { etag }: Mapping): Undo | undefined {
    const back = beforeOf(patch, before);
    if (back === null) return undefined;
    return async () => {
      await api.changeMapping(id, back, { ifMatch: etag });
      toast(words.saved);
      reload();
    };
  }

  return (
    <>
      <PageHead title={mapping === null ? words.title : formatPhone(mapping.proxyNumber)}>
        <BackLink href="/app/numbers" label={words.back} />
        {successor !== null && (
          <a class="button primary" href={`/app/numbers/${successor.id}`}>
            {numbersTexts.value.add.toSuccessor}
          </a>
        )}
        {mapping?.state === "quarantined" && successor === null && may.value("numbers.write") && (
          <button
            type="button"
            class="button primary"
            disabled={action.busy.value}
            onClick={() => void action.run(undoRelease)}
          >
            {numbersTexts.value.add.restore}
          </button>
        )}
        {writes && (
          <>
            <button
              type="button"
              class="button"
              disabled={action.busy.value}
              onClick={() =>
                void change({ state: mapping.state === "disabled" ? "active" : "disabled" }, mapping)
              }
            >
              {mapping.state === "disabled" ? words.enable : words.disable}
            </button>
            {may.value("numbers.real") && (
              <button
                type="button"
                class="button"
                disabled={action.busy.value}
                onClick={() => {
                  renumbering.value = true;
                }}
              >
                {numbersTexts.value.renumber.open}
              </button>
            )}
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
      {refused !== null && !(writes && isShownBeside(refused, formFields)) && (
        <ProblemNotice problem={refused} />
      )}
      {late.value !== null && mapping !== null && (
        <ChangedMeanwhile
          before={mapping}
          now={late.value.now}
          busy={action.busy.value}
          onSave={() => late.value !== null && void change(late.value.patch, late.value.now)}
          onDiscard={() => {
            late.value = null;
            reload();
          }}
        />
      )}
      {problem?.status === 404 ? (
        <Empty icon="numbers" title={words.unknown} text={words.unknownText} />
      ) : (
        problem !== null && <ProblemNotice problem={problem} retry={reload} />
      )}
      {mapping === null && problem === null && <Loading />}
      {mapping !== null && (
        <div class="columns">
          <div class="stack">
            <section class="card card-body" aria-label={formatPhone(mapping.proxyNumber)}>
              <MappingFacts mapping={mapping} />
            </section>
            {may.value("numbers.real") && <TryNumber id={id} />}
            {may.value("calls.test") && mapping.state === "active" && (
              <TestCall id={id} proxyNumber={mapping.proxyNumber} />
            )}
          </div>
          {writes && (
            <MappingForm
              key={mapping.updatedAt}
              mapping={mapping}
              busy={action.busy.value}
              refused={refused}
              onSave={(patch) => void change(patch, mapping)}
            />
          )}
          <LastCalls number={mapping.proxyNumber} />
          <MappingHistory key={`history ${mapping.updatedAt} ${mapping.state}`} id={id} />
        </div>
      )}
      {renumbering.value && mapping !== null && (
        <RenumberDialog
          mapping={mapping}
          onDone={(renumbered) => {
            renumbering.value = false;
            const numbers = {
              real: realInWords(renumbered.realNumber),
              proxy: formatPhone(renumbered.proxyNumber),
            };
            toast(fill(numbersTexts.value.renumber.done, numbers));
            navigate(`/app/numbers/${renumbered.id}`);
          }}
          onClose={() => {
            renumbering.value = false;
          }}
        />
      )}
      {releasing.value && (
        <ConfirmDialog
          title={words.releaseTitle}
          text={words.releaseText}
          label={words.release}
          work={async () => {
            const seen = mapping === null ? {} : { ifMatch: mapping.etag };
            const { quarantinedUntil } = await api.releaseMapping(id, seen);
            toast(
              fill(words.released, {
                time: quarantinedUntil === null ? common.none : formatDateTime(quarantinedUntil),
              }),
              undoRelease,
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
