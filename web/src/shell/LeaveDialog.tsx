import { texts } from "../i18n/index.ts";
import { Dialog } from "../ui/controls.tsx";
import { askedToLeave, forgetUnsavedText } from "../ui/unsaved.ts";

const close = (): void => {
  askedToLeave.value = null;
};

/** Asks before text that is not saved is lost. */
export function LeaveDialog() {
  const leave = askedToLeave.value;
  if (leave === null) return null;
  const { common } = texts.value;
  return (
    <Dialog title={common.unsavedTitle} onClose={close}>
      <p>{common.unsavedText}</p>
      <div class="dialog-actions">
        <button
          type="button"
          class="button danger"
          onClick={() => {
            close();
            forgetUnsavedText();
            leave();
          }}
        >
          {common.unsavedLeave}
        </button>
        <button type="button" class="button primary" autofocus onClick={close}>
          {common.unsavedStay}
        </button>
      </div>
    </Dialog>
  );
}
