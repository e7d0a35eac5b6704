import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool, PoolNumbers } from "../../api/client.ts";
import { counted, fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { Dialog } from "../../ui/controls.tsx";
import { Notice } from "../../ui/feedback.tsx";
import { fieldHints, isShownBeside } from "../../ui/fieldProblems.ts";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { InTheWay, singlesHint, wrongTexts } from "./InTheWay.tsx";
import { countOf, numbersOf, singlesOf } from "./numbersDraft.ts";

/** More numbers than most trunks route: a digit too many is easily typed. */
const mostUnasked = 1_000_000;

/** What to do with the numbers. */
export type NumbersDeed =
  | { readonly kind: "create"; readonly name?: string }
  | { readonly kind: "extend"; readonly pool: Pool }
  | { readonly kind: "shrink"; readonly pool: Pool };

function send(deed: NumbersDeed, name: string, numbers: PoolNumbers): Promise<Pool> {
  switch (deed.kind) {
    case "create":
      return api.createPool({ name, ...numbers });
    case "extend":
      return api.extendPool(String(deed.pool.id), numbers);
    case "shrink":
      return api.shrinkPool(String(deed.pool.id), numbers);
  }
}

/**
 * Numbers for a new pool, or to add to or remove from an existing one. Keeps the input until the server has
 * accepted it.
 */
export function PoolNumbersDialog(props: {
  readonly deed: NumbersDeed;
  /** Why the numbers are needed. */
  readonly note?: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { deed, note, onDone, onClose } = props;
  const words = texts.value.pools;
  const own = numbersTexts.value.pool;
  const name = useSignal(deed.kind === "create" ? (deed.name ?? "") : "");
  const draft = { first: useSignal(""), last: useSignal(""), singles: useSignal("") };
  const action = useAction();
  const sent = useSignal<PoolNumbers | null>(null);
  const numbers = numbersOf(draft);
  const count = numbers === null ? null : countOf(numbers);
  /** The count that the user was asked about. */
  const asked = useSignal<number | null>(null);
  const many = deed.kind !== "shrink" && count !== null && count > mostUnasked;
  const asking = many && asked.value === count;

  const refused = action.refused.value;
  const hints = fieldHints(refused);
  /** The text that the server could not read, reported beside its field. */
  const wrong = new Set(refused === null ? [] : wrongTexts(refused, sent.value));
  const beside = refused !== null && (wrong.size > 0 || isShownBeside(refused, ["name"]));
  const wrongly = (text: string) =>
    wrong.has(text.trim()) ? { hint: fill(own.wrong, { text: text.trim() }), wrong: true } : {};

  async function save(): Promise<void> {
    if (numbers === null) return;
    if (many && !asking) {
      asked.value = count;
      return;
    }
    sent.value = numbers;
    if (await action.run(() => send(deed, name.value, numbers))) onDone();
  }

  const title = {
    create: words.createTitle,
    extend: deed.kind === "create" ? "" : fill(words.extendTitle, { name: deed.pool.name }),
    shrink: deed.kind === "create" ? "" : fill(own.shrinkTitle, { name: deed.pool.name }),
  }[deed.kind];
  const button = { create: words.add, extend: words.extend, shrink: own.shrinkDo }[deed.kind];
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {refused !== null && !beside && <InTheWay problem={refused} sent={sent.value} />}
        {note !== undefined && <p>{note}</p>}
        {deed.kind === "shrink" && <p class="muted">{own.shrinkText}</p>}
        {deed.kind === "create" && (
          <TextField label={words.name} text={name} required longest={100} {...hints("name", own.nameRule)} />
        )}
        <fieldset class="pair">
          <legend>{own.range}</legend>
          <TextField label={words.first} text={draft.first} {...wrongly(draft.first.value)} />
          <TextField label={words.last} text={draft.last} {...wrongly(draft.last.value)} />
          <small class={refused?.code === "RANGE_INVALID" ? "bad" : "muted"}>{own.rangeHint}</small>
        </fieldset>
        <TextArea
          label={own.singles}
          text={draft.singles}
          {...singlesHint(singlesOf(draft.singles.value), wrong)}
        />
        {count !== null && <p role="status">{counted(own.counts[deed.kind], count)}</p>}
        {asking && (
          <Notice tone="warn" title={own.manyTitle}>
            <p>{own.manyText}</p>
          </Notice>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.cancel}
          </button>
          <button
            class={`button ${deed.kind === "shrink" || asking ? "danger" : "primary"}`}
            disabled={action.busy.value || numbers === null}
          >
            {asking ? counted(own.manySure, count) : button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
