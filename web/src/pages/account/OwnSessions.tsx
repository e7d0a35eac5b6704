import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Session } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useResource } from "../../net/resource.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { toast } from "../../ui/feedback.tsx";
import { Listing } from "../../ui/Listing.tsx";
import { SessionTable } from "../../ui/SessionTable.tsx";

const renewMs = 15_000;

/** The user's own sessions. */
export function OwnSessions() {
  const words = accessTexts.value.account;
  const resource = useResource<readonly Session[]>(
    "own sessions",
    async (signal) => (await api.listOwnSessions({ signal })).items,
    { everyMs: renewMs },
  );
  const ending = useSignal(false);
  const others = (resource.state.value.value ?? []).some(({ current }) => !current);
  return (
    <>
      <Listing
        id="own-sessions"
        title={words.sessions}
        note={words.sessionsText}
        actions={
          others && (
            <button
              type="button"
              class="button"
              onClick={() => {
                ending.value = true;
              }}
            >
              {words.endOthers}
            </button>
          )
        }
        resource={resource}
      >
        {(sessions) => (
          <SessionTable sessions={sessions} end={(id) => api.endOwnSession(id)} onEnded={resource.reload} />
        )}
      </Listing>
      {ending.value && (
        <ConfirmDialog
          title={words.endOthersTitle}
          text={words.endOthersText}
          label={words.endOthers}
          work={() => api.endOtherSessions()}
          onDone={() => {
            ending.value = false;
            toast(words.othersEnded);
            resource.reload();
          }}
          onClose={() => {
            ending.value = false;
          }}
        />
      )}
    </>
  );
}
