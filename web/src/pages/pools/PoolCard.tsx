import type { Pool, PoolPatch } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { may } from "../../session.ts";
import { Badge, Notice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { callerIdInWords } from "../numbers/callerIdWords.ts";
import { restOf } from "./rest.ts";

const parts = ["used", "quarantined", "blocked", "free"] as const;

/** Pool actions with their own dialog. */
export type PoolDeed = "settings" | "extend" | "shrink" | "blocked" | "delete";

/** The states of the pool's numbers as a bar; the values are below it. */
function FillBar({ counts }: { readonly counts: Pool["counts"] }) {
  let from = 0;
  return (
    <svg class="fill" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
      {parts.map((part) => {
        const width = counts.total === 0 ? 0 : (1000 * counts[part]) / counts.total;
        const x = from;
        from += width;
        return <rect key={part} class={part} x={x} width={width} height="12" />;
      })}
    </svg>
  );
}

/** No forecast is possible beyond this. */
const farDays = 3650;

function forecastInWords({ emptyInDays, perDay }: Pool["forecast"]): string {
  const words = texts.value.pools;
  const own = numbersTexts.value.pool;
  if (perDay === null) return own.tooEarly;
  if (emptyInDays === null) return words.notEmpty;
  const lasts = emptyInDays > farDays ? own.lasts : counted(words.emptyIn, emptyInDays);
  return `${lasts} (${fill(own.perDay, { n: formatCount(perDay) })})`;
}

function Facts({ pool }: { readonly pool: Pool }) {
  const words = texts.value.pools;
  const all = numbersTexts.value;
  const rest = restOf(pool.quarantineSeconds);
  const place = [pool.label, pool.country].filter((one) => one !== null).join(" · ");
  return (
    <>
      <p class="muted">
        {pool.counts.free > 0 && `${forecastInWords(pool.forecast)}. `}
        {counted(all.pool.rest[rest.unit], rest.amount)}. {all.callerId.label}:{" "}
        {callerIdInWords(pool.callerId, all.callerId.trunk)}.
      </p>
      <p>
        <span class="muted">{words.ranges}:</span>{" "}
        {pool.ranges.map(({ first, last }, index) => (
          <span key={first} class="number range">
            {`${formatPhone(first)} – ${formatPhone(last)}${index < pool.ranges.length - 1 ? ";" : ""}`}
          </span>
        ))}
        {pool.listed > 0 && counted(words.listed, pool.listed)}
      </p>
      {place !== "" && <p>{place}</p>}
    </>
  );
}

function Warning({ pool }: { readonly pool: Pool }) {
  const words = numbersTexts.value.pool;
  const { forecast, counts } = pool;
  if (counts.free === 0) return <Notice tone="bad" title={words.empty} />;
  if (!forecast.warning || forecast.emptyInDays === null) return null;
  return <Notice tone="warn" title={counted(words.runsOut, forecast.emptyInDays)} />;
}

export function PoolCard(props: {
  readonly pool: Pool;
  readonly busy: boolean;
  readonly change: (to: PoolPatch) => void;
  readonly ask: (deed: PoolDeed) => void;
}) {
  const { pool, busy, change, ask } = props;
  const words = texts.value.pools;
  const own = numbersTexts.value.pool;
  const { counts } = pool;
  const writes = may.value("numbers.write");
  const button = (deed: PoolDeed, label: string) => (
    <button type="button" class="button small" disabled={busy} onClick={() => ask(deed)}>
      {label}
    </button>
  );
  return (
    <section class="card" aria-labelledby={`pool-${pool.id}`} data-pool={pool.name}>
      <div class="card-head">
        <h2 id={`pool-${pool.id}`}>{pool.name}</h2>
        {pool.isDefault && <Badge tone="accent">{words.default}</Badge>}
        {!pool.enabled && <Badge tone="calm">{words.disabled}</Badge>}
        <div class="actions">
          <a class="button quiet small" href={`/app/numbers?pool=${pool.id}`}>
            {own.showNumbers}
          </a>
          {writes && (
            <button type="button" class="button small" disabled={busy} onClick={() => ask("extend")}>
              <Icon name="plus" size={15} />
              {words.extend}
            </button>
          )}
        </div>
      </div>
      <div class="card-body pool">
        <Warning pool={pool} />
        <FillBar counts={counts} />
        <dl class="legend">
          {parts.map((part) => (
            <div key={part}>
              <dt>
                <span class={`swatch ${part}`} aria-hidden="true" />
                {words[part]}
              </dt>
              <dd class="number">{formatCount(counts[part])}</dd>
            </div>
          ))}
          <div>
            <dt>{words.total}</dt>
            <dd class="number">{formatCount(counts.total)}</dd>
          </div>
        </dl>
        <Facts pool={pool} />
        <div class="toolbar">
          {writes && button("settings", own.settings)}
          {button("blocked", own.blocked)}
          {writes && (
            <>
              {button("shrink", own.shrink)}
              {!pool.isDefault && pool.enabled && (
                <button
                  type="button"
                  class="button small"
                  disabled={busy}
                  onClick={() => change({ isDefault: true })}
                >
                  {words.makeDefault}
                </button>
              )}
              <button
                type="button"
                class="button small"
                disabled={busy}
                onClick={() => change({ enabled: !pool.enabled })}
              >
                {pool.enabled ? words.disable : words.enable}
              </button>
              {counts.used + counts.quarantined === 0 && button("delete", own.delete)}
            </>
          )}
        </div>
      </div>
    </section>
  );
}
