import type { ImportState } from "../../../../src/imports/job/types.ts";
import { texts } from "../../i18n/index.ts";
import { Badge } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";

const tones: Readonly<Record<ImportState, Tone>> = {
  previewing: "accent",
  previewed: "warn",
  running: "accent",
  cancelling: "accent",
  cancelled: "calm",
  done: "ok",
  failed: "bad",
  undoing: "accent",
  undone: "calm",
};

export function ImportStateBadge({ job }: { readonly job: { readonly state: ImportState } }) {
  return <Badge tone={tones[job.state]}>{texts.value.import.states[job.state]}</Badge>;
}
