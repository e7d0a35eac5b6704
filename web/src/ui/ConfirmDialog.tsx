import type { ComponentChildren } from "preact";
import { texts } from "../i18n/index.ts";
import { useAction } from "../net/action.ts";
import { Dialog } from "./controls.tsx";
import { ProblemNotice } from "./feedback.tsx";

/** Asks for confirmation before an irreversible action. Stays open and shows errors. */
export function ConfirmDialog(props: {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly danger?: boolean;
  /** Additional input, such as a password. */
  readonly children?: ComponentChildren;
  readonly work: () => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { title, text, label, danger = true, children, work, onDone, onClose } = props;
  const action = useAction();

  async function confirm(): Promise<void> {
    if (await action.run(work)) onDone();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
        <p>{text}</p>
        {children}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.cancel}
          </button>
          <button class={`button ${danger ? "danger" : "primary"}`} disabled={action.busy.value}>
            {label}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
