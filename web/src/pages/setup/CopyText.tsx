import { fill, texts } from "../../i18n/index.ts";
import { toast } from "../../ui/feedback.tsx";
import { IconButton } from "../../ui/controls.tsx";

/** Several lines to copy: with one click, or by hand if the browser does not allow it. */
export function CopyText({ label, text }: { readonly label: string; readonly text: string }) {
  const { common } = texts.value;
  const copy = (): void => {
    navigator.clipboard
      .writeText(text)
      .then(() => toast(common.copied))
      .catch(() => toast(common.copyFailed));
  };
  return (
    <div class="copy-text">
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <IconButton icon="copy" small label={fill(common.copy, { what: label })} onClick={copy} />
    </div>
  );
}
