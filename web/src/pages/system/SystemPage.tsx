import { fill, language, texts } from "../../i18n/index.ts";
import { health, serverAway } from "../../net/health.ts";
import type { Health } from "../../api/client.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Badge, Loading, Notice } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";
import { readDetail } from "./details.ts";
import { detailWords } from "./detailWords.ts";

type PartStatus = Health["parts"][string]["status"];

const tones: Readonly<Record<PartStatus, Tone>> = { up: "ok", degraded: "warn", down: "bad", off: "calm" };

const kinds = ["database", "redis", "limits", "bus", "callLog", "pools", "imports", "asterisk"] as const;

/** Parts with a name of their own are the Asterisks. */
function kindOf(name: string): (typeof kinds)[number] {
  return kinds.find((kind) => kind === name) ?? "asterisk";
}

function Part({ name, part }: { readonly name: string; readonly part: Health["parts"][string] }) {
  const words = texts.value.system;
  const kind = kindOf(name);
  const details = readDetail(part.detail);
  const troubled = part.status === "down" || part.status === "degraded";
  return (
    <li class="card card-body part" data-part={name} data-status={part.status}>
      <div class="part-head">
        <h2>{words.parts[kind]}</h2>
        {kind === "asterisk" && name !== "asterisk" && <span class="muted">{name}</span>}
        <Badge tone={tones[part.status]}>{words.status[part.status]}</Badge>
      </div>
      {details !== null && (
        <p class="muted">
          {details.map(({ key, values }) => fill(detailWords[language.value][key], values)).join(" ")}
        </p>
      )}
      {troubled && <p>{words.todo[kind]}</p>}
      {(troubled || details === null) && (
        <details>
          <summary>{words.technical}</summary>
          <code lang="en">{part.detail}</code>
        </details>
      )}
    </li>
  );
}

/** How each part fares, in words, and what to do about those that do not. */
export default function SystemPage() {
  const words = texts.value.system;
  const report = health.value;
  return (
    <>
      <PageHead title={words.title}>
        {may.value("system.read") && (
          <a class="button" href="/metrics" target="_blank" rel="noreferrer">
            {words.metrics}
          </a>
        )}
      </PageHead>
      {report === null && !serverAway.value && <Loading />}
      {report !== null && (
        <>
          {report.status === "up" ? (
            <Notice tone="ok" title={words.allUp} />
          ) : (
            <Notice
              tone={report.status === "down" ? "bad" : "warn"}
              title={report.status === "down" ? words.down : words.degraded}
            />
          )}
          <ul class="parts">
            {Object.entries(report.parts).map(([name, part]) => (
              <Part key={name} name={name} part={part} />
            ))}
          </ul>
          <p class="muted">
            {words.node}: {report.node}. {words.intro}
          </p>
        </>
      )}
    </>
  );
}
