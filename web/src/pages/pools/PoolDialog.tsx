import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool } from "../../api/client.ts";
import { fill, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";
import { Dialog } from "../../ui/controls.tsx";
import { ProblemNotice } from "../../ui/feedback.tsx";
import { TextField } from "../../ui/TextField.tsx";

/** A range for a new pool, or for one that there is. What was typed stays until the server has taken it. */
export function PoolDialog({ pool, onClose }: { readonly pool: Pool | null; readonly onClose: () => void }) {
  const words = texts.value.pools;
  const name = useSignal("");
  const first = useSignal("");
  const last = useSignal("");
  const busy = useSignal(false);
  const refused = useSignal<Problem | null>(null);

  async function save(): Promise<void> {
    busy.value = true;
    refused.value = null;
    const ranges = [{ first: first.value, last: last.value }];
    try {
      await (pool === null
        ? api.createPool({ name: name.value, ranges })
        : api.extendPool(String(pool.id), { ranges }));
      onClose();
    } catch (error) {
      refused.value = toProblem(error);
    }
    busy.value = false;
  }

  return (
    <Dialog
      title={pool === null ? words.createTitle : fill(words.extendTitle, { name: pool.name })}
      onClose={onClose}
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {refused.value !== null && <ProblemNotice problem={refused.value} />}
        {pool === null && <TextField label={words.name} text={name} required />}
        <TextField label={words.first} text={first} required />
        <TextField label={words.last} text={last} required />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.common.cancel}
          </button>
          <button class="button primary" disabled={busy.value}>
            {pool === null ? words.add : words.extend}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
