import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { counted, formatCount, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Badge, Empty, Loading, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { PoolDialog } from "./PoolDialog.tsx";

const parts = ["used", "quarantined", "blocked", "free"] as const;
const dayS = 86_400;
const renewMs = 10_000;

/** The state of all numbers of the pool as one bar; the figures stand below it. */
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

function PoolCard(props: {
  readonly pool: Pool;
  readonly busy: boolean;
  readonly act: (work: () => Promise<unknown>) => void;
  readonly onExtend: () => void;
}) {
  const { pool, busy, act, onExtend } = props;
  const words = texts.value.pools;
  const { forecast, counts } = pool;
  const change = (to: Parameters<typeof api.changePool>[1]) => (): void =>
    act(() => api.changePool(String(pool.id), to));
  return (
    <section class="card" aria-labelledby={`pool-${pool.id}`} data-pool={pool.name}>
      <div class="card-head">
        <h2 id={`pool-${pool.id}`}>{pool.name}</h2>
        {pool.isDefault && <Badge tone="accent">{words.default}</Badge>}
        {!pool.enabled && <Badge tone="calm">{words.disabled}</Badge>}
        {forecast.warning && forecast.emptyInDays !== null && (
          <Badge tone="warn">{counted(words.emptyIn, forecast.emptyInDays)}</Badge>
        )}
        <div class="actions">
          {!pool.isDefault && pool.enabled && (
            <button type="button" class="button" disabled={busy} onClick={change({ isDefault: true })}>
              {words.makeDefault}
            </button>
          )}
          <button type="button" class="button" disabled={busy} onClick={change({ enabled: !pool.enabled })}>
            {pool.enabled ? words.disable : words.enable}
          </button>
          <button type="button" class="button" disabled={busy} onClick={onExtend}>
            <Icon name="plus" size={16} />
            {words.extend}
          </button>
        </div>
      </div>
      <div class="card-body pool">
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
        <p class="muted">
          {forecast.emptyInDays === null ? words.notEmpty : counted(words.emptyIn, forecast.emptyInDays)}.{" "}
          {counted(words.quarantine, Math.round(pool.quarantineSeconds / dayS))}.
        </p>
        <p>
          <span class="muted">{words.ranges}:</span>{" "}
          <span class="number">
            {pool.ranges.map(({ first, last }) => `${formatPhone(first)} – ${formatPhone(last)}`).join("; ")}
          </span>{" "}
          {pool.listed > 0 && counted(words.listed, pool.listed)}
        </p>
      </div>
    </section>
  );
}

/** Where proxy numbers come from, and how long they will last. */
export default function PoolsPage() {
  const words = texts.value.pools;
  const { state, reload } = useResource<readonly Pool[]>(
    "pools",
    async (signal) => (await api.listPools({ signal })).items,
    { everyMs: renewMs },
  );
  const { value: pools, problem } = state.value;
  const busy = useSignal(false);
  const refused = useSignal<Problem | null>(null);
  const dialog = useSignal<Pool | "new" | null>(null);

  async function act(work: () => Promise<unknown>): Promise<void> {
    busy.value = true;
    refused.value = null;
    try {
      await work();
      toast(words.done);
    } catch (error) {
      refused.value = toProblem(error);
    }
    busy.value = false;
    reload();
  }

  const create = (
    <button
      type="button"
      class="button primary"
      onClick={() => {
        dialog.value = "new";
      }}
    >
      <Icon name="plus" size={16} />
      {words.create}
    </button>
  );
  return (
    <>
      <PageHead title={words.title}>{create}</PageHead>
      <p class="muted intro">{words.intro}</p>
      {refused.value !== null && <ProblemNotice problem={refused.value} />}
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      {pools === null && problem === null && <Loading />}
      {pools?.length === 0 && (
        <div class="card">
          <Empty icon="pools" title={words.emptyTitle} text={words.emptyText}>
            {create}
          </Empty>
        </div>
      )}
      {pools?.map((pool) => (
        <PoolCard
          key={pool.id}
          pool={pool}
          busy={busy.value}
          act={(work) => void act(work)}
          onExtend={() => {
            dialog.value = pool;
          }}
        />
      ))}
      {dialog.value !== null && (
        <PoolDialog
          pool={dialog.value === "new" ? null : dialog.value}
          onClose={() => {
            dialog.value = null;
            reload();
          }}
        />
      )}
    </>
  );
}
