import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { ApiKey, CreatedApiKey } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { accessTexts } from "../../i18n/access.ts";
import { counted, fill } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Badge, Empty, toast } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";
import { AddButton } from "../../ui/AddButton.tsx";
import { OnceShown } from "../../ui/OnceShown.tsx";
import { KeyDialog } from "./KeyDialog.tsx";
import { keyState } from "./keyExpiry.ts";
import type { KeyState } from "./keyExpiry.ts";
import { Columns, Listing } from "../../ui/Listing.tsx";

const renewMs = 15_000;
const tones: Readonly<Record<KeyState, Tone>> = { active: "ok", expired: "warn", revoked: "calm" };

function Row({ apiKey, onRevoke }: { readonly apiKey: ApiKey; readonly onRevoke: () => void }) {
  const words = accessTexts.value.keys;
  const state = keyState(apiKey, new Date());
  const scopes = apiKey.scopes.map((scope) => accessTexts.value.scopes[scope]);
  return (
    <tr data-key={apiKey.name}>
      <td class="wide">
        <span>{apiKey.name}</span>
        <span class="second-line number">{apiKey.hint}…</span>
      </td>
      <td data-label={words.state}>
        <Badge tone={tones[state]}>{words[state]}</Badge>
      </td>
      <td data-label={words.scopes} class="wide">
        <ul class="scopes">
          {scopes.map((scope) => (
            <li key={scope}>{scope}</li>
          ))}
        </ul>
      </td>
      <td data-label={words.expires} class="number muted">
        {apiKey.expiresAt === null ? words.never : formatMinute(apiKey.expiresAt)}
      </td>
      <td data-label={words.lastUse} class="number muted">
        {apiKey.lastUsedAt === null ? words.neverUsed : formatMinute(apiKey.lastUsedAt)}
      </td>
      <td data-label={words.created} class="number muted">
        {formatMinute(apiKey.createdAt)}
      </td>
      <td class="end last tight">
        {state !== "revoked" && (
          <button
            type="button"
            class="button small"
            aria-label={fill(words.revokeOf, { name: apiKey.name })}
            onClick={onRevoke}
          >
            {words.revoke}
          </button>
        )}
      </td>
    </tr>
  );
}

function Table({
  keys,
  onRevoke,
}: {
  readonly keys: readonly ApiKey[];
  readonly onRevoke: (key: ApiKey) => void;
}) {
  const words = accessTexts.value.keys;
  const names = [words.name, words.state, words.scopes, words.expires, words.lastUse, words.created];
  return (
    <div class="table-scroll">
      <table class="folding" data-table="keys">
        <Columns names={names} actions={words.revoke} />
        <tbody>
          {keys.map((key) => (
            <Row key={key.id} apiKey={key} onRevoke={() => onRevoke(key)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** API keys; expired and revoked ones are collapsed. */
export function KeyList() {
  const words = accessTexts.value.keys;
  const resource = useResource<readonly ApiKey[]>(
    "keys",
    async (signal) => (await api.listApiKeys({ signal })).items,
    { everyMs: renewMs },
  );
  const making = useSignal(false);
  const made = useSignal<CreatedApiKey | null>(null);
  const revoking = useSignal<ApiKey | null>(null);
  const revoke = (key: ApiKey): void => {
    revoking.value = key;
  };
  const create = (
    <AddButton
      label={words.create}
      onClick={() => {
        making.value = true;
      }}
    />
  );
  return (
    <>
      {made.value !== null && (
        <OnceShown
          title={fill(words.secretTitle, { name: made.value.key.name })}
          text={words.secretText}
          value={made.value.secret}
          onDone={() => {
            made.value = null;
          }}
        />
      )}
      <Listing
        id="keys"
        title={accessTexts.value.sections.keys}
        note={words.intro}
        actions={create}
        resource={resource}
      >
        {(keys) => {
          const now = new Date();
          const good = keys.filter((key) => keyState(key, now) === "active");
          const past = keys.filter((key) => keyState(key, now) !== "active");
          return (
            <>
              {good.length === 0 && <Empty icon="system" title={words.emptyTitle} text={words.emptyText} />}
              {good.length > 0 && <Table keys={good} onRevoke={revoke} />}
              {past.length > 0 && (
                <details class="past">
                  <summary>{counted(words.showRevoked, past.length)}</summary>
                  <Table keys={past} onRevoke={revoke} />
                </details>
              )}
            </>
          );
        }}
      </Listing>
      {making.value && (
        <KeyDialog
          onMade={(answer) => {
            made.value = answer;
            making.value = false;
            resource.reload();
          }}
          onClose={() => {
            making.value = false;
          }}
        />
      )}
      {revoking.value !== null && (
        <ConfirmDialog
          title={fill(words.revokeTitle, { name: revoking.value.name })}
          text={words.revokeText}
          label={words.revoke}
          work={() => api.revokeApiKey(String(revoking.value?.id))}
          onDone={() => {
            toast(fill(words.revokedDone, { name: revoking.value?.name ?? "" }));
            revoking.value = null;
            resource.reload();
          }}
          onClose={() => {
            revoking.value = null;
          }}
        />
      )}
    </>
  );
}
