import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool, PoolPatch } from "../../api/client.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useAction } from "../../net/action.ts";
import { useResource } from "../../net/resource.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Empty, Loading, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { AddButton } from "../../ui/AddButton.tsx";
import { BlockedDialog } from "./BlockedDialog.tsx";
import { PoolCard } from "./PoolCard.tsx";
import type { PoolDeed } from "./PoolCard.tsx";
import { PoolNumbersDialog } from "./PoolNumbersDialog.tsx";
import { PoolSettingsDialog } from "./PoolSettingsDialog.tsx";

const renewMs = 10_000;

/** The dialog of a pool action. */
function DeedDialog(props: {
  readonly pool: Pool;
  readonly deed: PoolDeed;
  /** Called after a change, with a message; the dialog may close. */
  readonly onDone: (said: string) => void;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}) {
  const { pool, deed, onDone, onChanged, onClose } = props;
  const words = texts.value.pools;
  const own = numbersTexts.value.pool;
  switch (deed) {
    case "settings":
      return <PoolSettingsDialog pool={pool} onDone={() => onDone(words.done)} onClose={onClose} />;
    case "blocked":
      return <BlockedDialog pool={pool} onChanged={onChanged} onClose={onClose} />;
    case "extend":
    case "shrink":
      return (
        <PoolNumbersDialog deed={{ kind: deed, pool }} onDone={() => onDone(words.done)} onClose={onClose} />
      );
    case "delete":
      return (
        <ConfirmDialog
          title={fill(own.deleteTitle, { name: pool.name })}
          text={own.deleteText}
          label={own.delete}
          work={() => api.deletePool(String(pool.id))}
          onDone={() => onDone(own.deleted)}
          onClose={onClose}
        />
      );
  }
}

/** Pools of proxy numbers with their forecast. */
export default function PoolsPage() {
  const words = texts.value.pools;
  const { state, reload } = useResource<readonly Pool[]>(
    "pools",
    async (signal) => (await api.listPools({ signal })).items,
    { everyMs: renewMs },
  );
  const { value: pools, problem } = state.value;
  const action = useAction();
  const creating = useSignal(false);
  const asked = useSignal<{ readonly pool: Pool; readonly deed: PoolDeed } | null>(null);
  const close = (): void => {
    creating.value = false;
    asked.value = null;
  };
  const done = (said: string): void => {
    toast(said);
    close();
    reload();
  };

  async function change(pool: Pool, to: PoolPatch): Promise<void> {
    if (await action.run(() => api.changePool(String(pool.id), to))) done(words.done);
    else reload();
  }

  const create = may.value("numbers.write") && (
    <AddButton
      label={words.create}
      onClick={() => {
        creating.value = true;
      }}
    />
  );
  return (
    <>
      <PageHead title={words.title}>{create}</PageHead>
      <p class="muted intro">{words.intro}</p>
      {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
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
          busy={action.busy.value}
          change={(to) => void change(pool, to)}
          ask={(deed) => {
            asked.value = { pool, deed };
          }}
        />
      ))}
      {creating.value && (
        <PoolNumbersDialog deed={{ kind: "create" }} onDone={() => done(words.done)} onClose={close} />
      )}
      {asked.value !== null && (
        <DeedDialog
          pool={asked.value.pool}
          deed={asked.value.deed}
          onDone={done}
          onChanged={reload}
          onClose={close}
        />
      )}
    </>
  );
}
