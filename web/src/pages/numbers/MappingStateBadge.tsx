import type { Mapping } from "../../api/client.ts";
import { texts } from "../../i18n/index.ts";
import { Badge } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";

const tones: Readonly<Record<Mapping["state"], Tone>> = {
  active: "ok",
  disabled: "calm",
  expired: "warn",
  quarantined: "calm",
};

export function MappingStateBadge({ mapping }: { readonly mapping: Mapping }) {
  const words = texts.value.numbers;
  return (
    <span>
      <Badge tone={tones[mapping.state]}>{words[mapping.state]}</Badge>
      {mapping.realNumberIsProxy && <div class="muted">{words.loop}</div>}
    </span>
  );
}
