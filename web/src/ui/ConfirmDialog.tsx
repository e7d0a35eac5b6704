import type { ComponentChildren } from "preact";
import type { Action } from "../net/action.ts";
import { FormDialog } from "./FormDialog.tsx";

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
  readonly action?: Action;
  readonly fields?: readonly string[];
}) {
  const { text, danger = true, children, ...form } = props;
  return (
    <FormDialog {...form} danger={danger}>
      <p>{text}</p>
      {children}
    </FormDialog>
  );
}
