import { counted, fill, formatCount, language, texts } from "../../i18n/index.ts";
import { formatDateTime, formatMinute } from "../../format/time.ts";
import { useResource } from "../../net/resource.ts";
import { health, serverAway } from "../../net/health.ts";
import { api } from "../../api/client.ts";
import type { Health } from "../../api/client.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Badge, Loading, Notice } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";
import { oldDataInWords } from "./oldData.ts";
import { needsAdvice, readDetail } from "./details.ts";
import { detailWords } from "./detailWords.ts";

type PartHealth = NonNullable<Health["parts"]>[string];
type PartStatus = PartHealth["status"];

const tones: Readonly<Record<PartStatus, Tone>> = { up: "ok", degraded: "warn", down: "bad", off: "calm" };

/** Parts of the same kind, such as the two connections to Redis, are distinguished by name. */
function kindOf(name: string, { kind }: PartHealth) {
  return name === "bus" || name === "callFile" ? name : kind;
}

/** Distinguishes several parts of one kind; empty if there is only one. */
function nameOf(name: string, { kind }: PartHealth): string {
  if (kind === "asterisk") return name === "asterisk" ? "" : name;
  if (kind === "replica") return name.replace(/^replica /u, "");
  return kind === "trunk" || kind === "inboundTrunk" ? name.replace(/^(?:inbound )?trunk /u, "") : "";
}

/** Times and outcomes as they are written elsewhere on the pages. */
function inWords({ at, outcome, ...values }: Readonly<Record<string, string>>): Record<string, string> {
  const { statuses, reasons } = texts.value;
  const words: Readonly<Record<string, string>> = { ...reasons, ...statuses };
  return {
    ...values,
    ...(at !== undefined && { at: formatDateTime(at) }),
    ...(outcome !== undefined && { outcome: words[outcome] ?? outcome }),
  };
}

function Part({ name, part }: { readonly name: string; readonly part: PartHealth }) {
  const words = texts.value.system;
  const kind = kindOf(name, part);
  const ownName = nameOf(name, part);
  const details = readDetail(part.detail);
  const troubled = part.status === "down" || part.status === "degraded";
  return (
    <li class="card card-body part" data-part={name} data-status={part.status}>
      <div class="part-head">
        <h2>{words.parts[kind]}</h2>
        {ownName !== "" && <span class="muted">{ownName}</span>}
        <Badge tone={tones[part.status]}>{words.status[part.status]}</Badge>
      </div>
      {details !== null && (
        <p class="muted">
          {details
            .map(({ key, values }) => fill(detailWords[language.value][key], inWords(values)))
            .join(" ")}
        </p>
      )}
      {troubled && needsAdvice(details) && <p>{words.todo[kind]}</p>}
      {(troubled || details === null) && part.detail !== "" && (
        <details>
          <summary>{words.technical}</summary>
          <code lang="en">{part.detail}</code>
        </details>
      )}
    </li>
  );
}

const renewMs = 30_000;

/** Version, uptime, the age of the last backup, and the removal of old data. */
function Release() {
  const words = texts.value.system;
  const system = useResource("system", (signal) => api.system({ signal }), { everyMs: renewMs }).state.value
    .value;
  if (system === null) return null;
  const { lastAt } = system.backup;
  const formats = { time: formatMinute, count: formatCount, counted };
  const oldData = oldDataInWords(system.retention, words.oldData, formats);
  return (
    <>
      <p class="muted" data-release={system.version}>
        {fill(words.release, { version: system.version, since: formatDateTime(system.startedAt) })}{" "}
        {lastAt !== null && fill(words.lastBackup, { at: formatDateTime(lastAt) })}
      </p>
      {oldData.length > 0 && (
        <section class="muted" data-old-data>
          <h2>{words.oldData.title}</h2>
          <ul>
            {oldData.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** The health of each part, and what to do about problems. */
export default function SystemPage() {
  const words = texts.value.system;
  const report = health.value;
  return (
    <>
      <PageHead title={words.title}>
        <a class="button" href="/docs" target="_blank" rel="noreferrer">
          {words.apiDocs}
        </a>
        {may.value("system.read") && (
          <>
            <a class="button" href="/metrics" target="_blank" rel="noreferrer">
              {words.metrics}
            </a>
            <a class="button" href="/app/settings">
              {words.settings}
            </a>
          </>
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
            {Object.entries(report.parts ?? {}).map(([name, part]) => (
              <Part key={name} name={name} part={part} />
            ))}
          </ul>
          <p class="muted">
            {report.node !== undefined && `${words.node}: ${report.node}. `}
            {words.intro}
          </p>
          {may.value("system.read") && <Release />}
        </>
      )}
    </>
  );
}
