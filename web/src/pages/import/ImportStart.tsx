import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { fill, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { navigate } from "../../router.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Notice, ProblemNotice } from "../../ui/feedback.tsx";
import { EarlierImports } from "./EarlierImports.tsx";
import { FileChooser } from "./FileChooser.tsx";
import { sendFile } from "./importApi.ts";

function Sending(props: { readonly name: string; readonly sent: number; readonly stop: () => void }) {
  const words = texts.value.import;
  const stop = useRef<HTMLButtonElement>(null);
  useEffect(() => stop.current?.focus(), []);
  const label = fill(words.uploading, { name: props.name });
  return (
    <div class="card card-body working" aria-busy="true">
      <p role="status">
        <strong>{label}</strong>
      </p>
      <progress aria-label={label} value={props.sent} max={1} />
      <p class="muted number">{Math.floor(props.sent * 100)} %</p>
      <button ref={stop} type="button" class="button" onClick={props.stop}>
        {words.stop}
      </button>
    </div>
  );
}

export function ImportStart() {
  const words = texts.value.import;
  const sending = useSignal<{ readonly file: File; readonly sent: number; readonly stop: () => void } | null>(
    null,
  );
  const failed = useSignal<{ readonly file: File; readonly problem: Problem } | null>(null);

  async function start(file: File): Promise<void> {
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    failed.value = null;
    sending.value = { file, sent: 0, stop };
    try {
      const { id } = await sendFile({
        file,
        signal: stopping.signal,
        onSent: (sent) => {
          sending.value = { file, sent, stop };
        },
      });
      navigate(`/app/import/${id}`);
    } catch (error) {
      if (!stopping.signal.aborted) failed.value = { file, problem: toProblem(error) };
    }
    sending.value = null;
  }

  const trouble = failed.value;
  return (
    <>
      <PageHead title={words.title} />
      <p class="muted intro">{words.intro}</p>
      {trouble !== null && (
        <>
          <Notice tone="warn" title={fill(words.notRead, { name: trouble.file.name })} />
          <ProblemNotice problem={trouble.problem} retry={() => void start(trouble.file)} />
        </>
      )}
      {sending.value === null ? (
        <FileChooser onFile={(file) => void start(file)} />
      ) : (
        <Sending name={sending.value.file.name} sent={sending.value.sent} stop={sending.value.stop} />
      )}
      <EarlierImports />
    </>
  );
}
