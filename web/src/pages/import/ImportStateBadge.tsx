import type { Import } from "../../api/client.ts";
import { texts } from "../../i18n/index.ts";
import { Badge } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";

const tones: Readonly<Record<string, Tone>> = {
  previewing: "accent",
  previewed: "warn",
  running: "accent",
  cancelled: "calm",
  done: "ok",
  failed: "bad",
  undoing: "accent",
  undone: "calm",
};

export function ImportStateBadge({ job }: { readonly job: { readonly state: Import["state"] } }) {
  return <Badge tone={tones[job.state] ?? "calm"}>{texts.value.import.states[job.state]}</Badge>;
}
