import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { IpRule } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { accessTexts } from "../../i18n/access.ts";
import { fill } from "../../i18n/index.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import { useResource } from "../../net/resource.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Badge, Empty, toast } from "../../ui/feedback.tsx";
import { AddButton } from "../../ui/AddButton.tsx";
import { Columns, Listing } from "../../ui/Listing.tsx";
import { RuleDialog } from "./RuleDialog.tsx";

function Row({ rule, onRemove }: { readonly rule: IpRule; readonly onRemove: () => void }) {
  const words = accessTexts.value.rules;
  return (
    <tr data-network={rule.network}>
      <td data-label={words.network} class="number">
        {rule.network}
      </td>
      <td data-label={words.purpose}>
        <Badge tone={rule.purpose === "access" ? "accent" : "calm"}>
          {wordOf(words.purposes, rule.purpose)}
        </Badge>
      </td>
      <td data-label={words.note}>{rule.note}</td>
      <td data-label={words.created} class="number muted">
        {formatMinute(rule.createdAt)}
      </td>
      <td class="end last tight">
        <button
          type="button"
          class="button small"
          aria-label={fill(words.removeOf, { network: rule.network })}
          onClick={onRemove}
        >
          {words.remove}
        </button>
      </td>
    </tr>
  );
}

/** Networks with access, and the Asterisks that need no key. */
export function RuleList() {
  const words = accessTexts.value.rules;
  const resource = useResource<readonly IpRule[]>(
    "rules",
    async (signal) => (await api.listIpRules({ signal })).items,
  );
  const making = useSignal(false);
  const removing = useSignal<IpRule | null>(null);
  const accessRules = (resource.state.value.value ?? []).filter(({ purpose }) => purpose === "access");
  const create = (
    <AddButton
      label={words.create}
      onClick={() => {
        making.value = true;
      }}
    />
  );

  /** The effect of the removal depends on whether other rules are left. */
  function removalInWords(rule: IpRule): string {
    if (rule.purpose === "lookups") return words.removeLookups;
    if (rule.purpose !== "access") return words.purposeUnknown;
    return accessRules.length === 1 ? words.removeLastAccess : words.removeAccess;
  }

  return (
    <>
      <Listing
        id="rules"
        title={accessTexts.value.sections.rules}
        note={words.intro}
        actions={create}
        resource={resource}
      >
        {(rules) =>
          rules.length === 0 ? (
            <Empty icon="admin" title={words.emptyTitle} text={words.emptyText} />
          ) : (
            <>
              {accessRules.length === 0 && <p class="card-note">{words.noRules}</p>}
              <div class="table-scroll">
                <table class="folding" data-table="rules">
                  <Columns
                    names={[words.network, words.purpose, words.note, words.created]}
                    actions={words.remove}
                  />
                  <tbody>
                    {rules.map((rule) => (
                      <Row
                        key={rule.id}
                        rule={rule}
                        onRemove={() => {
                          removing.value = rule;
                        }}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          )
        }
      </Listing>
      {making.value && (
        <RuleDialog
          onMade={(rule) => {
            making.value = false;
            toast(fill(words.added, { network: rule.network }));
            resource.reload();
          }}
          onClose={() => {
            making.value = false;
          }}
        />
      )}
      {removing.value !== null && (
        <ConfirmDialog
          title={fill(words.removeTitle, { network: removing.value.network })}
          text={removalInWords(removing.value)}
          label={words.remove}
          work={() => api.deleteIpRule(String(removing.value?.id))}
          onDone={() => {
            toast(fill(words.removed, { network: removing.value?.network ?? "" }));
            removing.value = null;
            resource.reload();
          }}
          onClose={() => {
            removing.value = null;
          }}
        />
      )}
    </>
  );
}
