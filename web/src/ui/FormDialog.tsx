import type { ComponentChildren } from "preact";
import { texts } from "../i18n/index.ts";
import { useAction } from "../net/action.ts";
import type { Action } from "../net/action.ts";
import type { Problem } from "../net/problem.ts";
import { Dialog } from "./controls.tsx";
import { ProblemNotice } from "./feedback.tsx";
import { isShownBeside } from "./fieldProblems.ts";

/** A form in a dialog. It stays open, with its input, until the server has accepted it, and shows why it was refused. */
export function FormDialog(props: {
  readonly title: string;
  /** Label of the button that submits the form. */
  readonly label: string;
  readonly danger?: boolean;
  /** Whether the form may be submitted. */
  readonly ready?: boolean;
  readonly work: () => Promise<unknown>;
  readonly onDone?: () => void;
  readonly onClose: () => void;
  /** Shows a problem in its own way. */
  readonly explain?: (problem: Problem) => ComponentChildren;
  /** Given by forms whose fields show the server's refusals, with the names of these fields. */
  readonly action?: Action;
  readonly fields?: readonly string[];
  readonly children: ComponentChildren;
}) {
  const { title, label, danger = false, ready = true, work, onDone, onClose, explain, children } = props;
  const { fields = [] } = props;
  const own = useAction();
  const action = props.action ?? own;
  const problem = action.refused.value;

  async function submit(): Promise<void> {
    if (await action.run(work)) onDone?.();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {problem !== null &&
          !isShownBeside(problem, fields) &&
          (explain === undefined ? <ProblemNotice problem={problem} /> : explain(problem))}
        {children}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.cancel}
          </button>
          <button
            class={`button ${danger ? "danger" : "primary"}`}
            disabled={action.busy.value || !ready}
            aria-busy={action.busy.value}
          >
            {label}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
