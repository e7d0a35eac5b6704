import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { fill, formatCount, texts } from "../i18n/index.ts";
import { formatPhone } from "../format/phone.ts";
import { toast } from "./feedback.tsx";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./Icon.tsx";
import { askedToLeave, useUnsaved } from "./unsaved.ts";

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly small?: boolean;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

export function IconButton({ icon, label, onClick, small = false, pressed, disabled }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`button quiet icon-only${small ? " small" : ""}`}
      aria-label={label}
      title={label}
      {...(pressed !== undefined && { "aria-pressed": pressed })}
      disabled={disabled === true}
      onClick={onClick}
    >
      <Icon name={icon} size={small ? 15 : 18} />
    </button>
  );
}

/** Copies a number in E.164 with plus sign, for other programs. */
export function CopyNumber({ number }: { readonly number: string }) {
  const { common } = texts.value;
  const copy = (): void => {
    navigator.clipboard
      .writeText(/^\d{8,15}$/.test(number) ? `+${number}` : number)
      .then(() => toast(common.copied))
      .catch(() => toast(common.copyFailed));
  };
  return (
    <IconButton icon="copy" small label={fill(common.copy, { what: formatPhone(number) })} onClick={copy} />
  );
}

/** A formatted phone number that can be copied. */
export function Phone({ number }: { readonly number: string }) {
  return (
    <span class="copyable">
      <span class="number">{formatPhone(number)}</span>
      <CopyNumber number={number} />
    </span>
  );
}

/** The key `/` focuses it. */
export function SearchField(props: {
  readonly value: string;
  readonly label: string;
  readonly onInput: (value: string) => void;
}) {
  return (
    <input
      type="search"
      class="search"
      data-search
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

interface Segment<Key extends string> {
  readonly key: Key;
  readonly label: string;
  readonly count?: number;
}

/** A choice between a few options. */
export function Segments<Key extends string>(props: {
  readonly label: string;
  readonly value: Key;
  readonly options: readonly Segment<Key>[];
  readonly onChange: (key: Key) => void;
}) {
  return (
    <div class="segments" role="group" aria-label={props.label}>
      {props.options.map(({ key, label, count }) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === props.value}
          onClick={() => props.onChange(key)}
        >
          {label}
          {count !== undefined && <b>{formatCount(count)}</b>}
        </button>
      ))}
    </div>
  );
}

const isText = (field: EventTarget | null): field is HTMLInputElement | HTMLTextAreaElement =>
  field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text");

/** A modal dialog with the browser's own Escape handling and focus trap. Returns the focus on closing. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const unsaved = useSignal(false);
  useUnsaved(unsaved.value);
  // A layout effect runs before anything else can move the focus away from the control that opened the dialog.
  useLayoutEffect(() => {
    const opener = document.activeElement;
    ref.current?.showModal();
    return () => {
      // Until the dialog has left the page, nothing outside it can have the focus.
      queueMicrotask(() => {
        const focused = document.activeElement;
        if (opener instanceof HTMLElement && (focused === null || focused === document.body))
          opener.focus({ preventScroll: true });
      });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby="dialog-title"
      onClose={props.onClose}
      onInput={({ target }) => {
        if (isText(target)) unsaved.value = true;
      }}
      // Escape is easily pressed by mistake.
      onCancel={(event) => {
        const texts = [...event.currentTarget.querySelectorAll("input, textarea")].filter(isText);
        if (!unsaved.value || texts.every(({ value }) => value === "")) return;
        event.preventDefault();
        askedToLeave.value = () => ref.current?.close();
      }}
    >
      <article>
        <h2 id="dialog-title">{props.title}</h2>
        {props.children}
      </article>
    </dialog>
  );
}
