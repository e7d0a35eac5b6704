import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Pool, Renumbering } from "../../api/client.ts";
import { fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { Problem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { TextField } from "../../ui/TextField.tsx";
import { ruledBy } from "./fieldRules.ts";

interface ProxyDraft {
  /** Empty for the usual pool, the ID of another one, or `given`. */
  readonly from: Signal<string>;
  readonly number: Signal<string>;
}

const given = "given";

export const useProxyDraft = (): ProxyDraft => ({ from: useSignal(""), number: useSignal("") });

/** For the API. */
export function chosenProxy({ from, number }: ProxyDraft): Renumbering {
  if (from.value === given) return { proxyNumber: number.value.trim() };
  return from.value === "" ? {} : { pool: Number(from.value) };
}

/** The fields that show refusals. */
export const proxyFields = ({ from }: ProxyDraft): readonly string[] =>
  from.value === given ? ["proxyNumber"] : [];

/** The source of a proxy number: a pool, or a specific number. */
export function ProxyChoice(props: {
  readonly draft: ProxyDraft;
  /** The words for the pool that is used without a choice. */
  readonly defaultPool: string;
  readonly refused: Problem | null;
}) {
  const { draft, defaultPool, refused } = props;
  const words = numbersTexts.value.add;
  const pools = useResource<readonly Pool[]>(
    "pools",
    async (signal) => (await api.listPools({ signal })).items,
  ).state.value.value;
  return (
    <>
      <label class="field">
        <span>{texts.value.numbers.proxy}</span>
        <select
          class="input"
          value={draft.from.value}
          onChange={({ currentTarget }) => {
            draft.from.value = currentTarget.value;
          }}
        >
          <option value="">{defaultPool}</option>
          {(pools ?? [])
            .filter(({ enabled }) => enabled)
            .map(({ id, name, counts }) => (
              <option key={id} value={String(id)}>
                {fill(words.fromPool, { name, free: formatCount(counts.free) })}
              </option>
            ))}
          <option value={given}>{words.given}</option>
        </select>
      </label>
      {draft.from.value === given && (
        <TextField
          label={words.givenNumber}
          text={draft.number}
          required
          {...ruledBy(refused)("proxyNumber")}
        />
      )}
    </>
  );
}
