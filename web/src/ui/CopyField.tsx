import { useEffect, useRef } from "preact/hooks";
import { fill, texts } from "../i18n/index.ts";
import { toast } from "./feedback.tsx";
import { Icon } from "./Icon.tsx";

/** A text to copy: with one click, or by hand if the browser does not allow it. */
export function CopyField(props: {
  readonly label: string;
  readonly value: string;
  /** Selected as soon as it appears. */
  readonly takesFocus?: boolean;
}) {
  const { label, value, takesFocus = false } = props;
  const { common } = texts.value;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) field.current?.select();
  }, [takesFocus, value]);

  async function copy(): Promise<void> {
    field.current?.select();
    try {
      // Without HTTPS, pages have no access to the clipboard.
      await navigator.clipboard.writeText(value);
      toast(common.copied);
    } catch {
      toast(common.copyFailed);
    }
  }

  return (
    <div class="copy-field">
      <input
        ref={field}
        class="input"
        readOnly
        aria-label={label}
        value={value}
        spellcheck={false}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <button
        type="button"
        class="button"
        aria-label={fill(common.copy, { what: label })}
        title={fill(common.copy, { what: label })}
        onClick={() => void copy()}
      >
        <Icon name="copy" size={16} />
      </button>
    </div>
  );
}
