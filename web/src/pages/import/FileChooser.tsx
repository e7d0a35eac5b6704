import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../../i18n/index.ts";
import { Notice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { saveText } from "./save.ts";

const sample =
  "phone;label\r\n+7 900 111-22-33;Ivanov\r\n8 (900) 111-22-44;Petrova\r\n79001112255;Sidorov\r\n";

export function FileChooser({ onFile }: { readonly onFile: (file: File) => void }) {
  const words = texts.value.import;
  const over = useSignal(false);
  const several = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null | undefined): void => {
    const [file, ...others] = files ?? [];
    several.value = others.length > 0;
    if (file !== undefined && others.length === 0) onFile(file);
  };
  useEffect(() => {
    // The browser would open a file dropped outside the field and leave this page.
    const keep = (event: DragEvent): void => event.preventDefault();
    addEventListener("dragover", keep);
    addEventListener("drop", keep);
    return () => {
      removeEventListener("dragover", keep);
      removeEventListener("drop", keep);
    };
  }, []);
  return (
    <>
      <div
        class="drop"
        data-over={over.value}
        onDragOver={(event) => {
          event.preventDefault();
          over.value = true;
        }}
        onDragLeave={() => {
          over.value = false;
        }}
        onDrop={(event) => {
          event.preventDefault();
          over.value = false;
          take(event.dataTransfer?.files);
        }}
      >
        <Icon name="file" size={34} />
        <p>
          <strong>{words.drop}</strong> <span class="muted">{words.or}</span>
        </p>
        <button type="button" class="button primary" onClick={() => input.current?.click()}>
          {words.choose}
        </button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".csv,.txt,.tsv,.xlsx,text/csv,text/plain"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
        <p class="muted">{words.accepts}</p>
        <button
          type="button"
          class="button quiet small"
          onClick={() => saveText("sample.csv", sample, "text/csv")}
        >
          <Icon name="download" size={15} />
          {words.sample}
        </button>
      </div>
      {several.value && <Notice tone="warn" title={words.tooMany} />}
    </>
  );
}
