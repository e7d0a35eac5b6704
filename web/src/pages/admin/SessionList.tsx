import { api } from "../../api/client.ts";
import type { Session } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { useResource } from "../../net/resource.ts";
import { SessionTable } from "../../ui/SessionTable.tsx";
import { Listing } from "../../ui/Listing.tsx";

const renewMs = 15_000;

/** The sessions of all users. */
export function SessionList() {
  const resource = useResource<readonly Session[]>(
    "sessions",
    async (signal) => (await api.listSessions({ signal })).items,
    { everyMs: renewMs },
  );
  return (
    <Listing id="sessions" title={accessTexts.value.sections.sessions} resource={resource}>
      {(sessions) => (
        <SessionTable
          sessions={sessions}
          withUser
          end={(id) => api.endSession(id)}
          onEnded={resource.reload}
        />
      )}
    </Listing>
  );
}
