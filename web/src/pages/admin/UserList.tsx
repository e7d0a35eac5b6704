import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { CreatedUser, User } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { accessTexts } from "../../i18n/access.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import { useResource } from "../../net/resource.ts";
import { sessionState } from "../../session.ts";
import { Badge, Empty } from "../../ui/feedback.tsx";
import { AddButton } from "../../ui/AddButton.tsx";
import { InvitationNotice } from "./InvitationNotice.tsx";
import { InviteDialog } from "./InviteDialog.tsx";
import { Columns, Listing } from "../../ui/Listing.tsx";
import { UserStateBadge } from "./UserStateBadge.tsx";

const renewMs = 15_000;

function Row({ user }: { readonly user: User }) {
  const words = accessTexts.value.users;
  return (
    <tr data-user={user.username}>
      <td class="wide">
        <span>
          <a data-opens href={`/app/admin/users/${user.id}`}>
            {user.username}
          </a>{" "}
          {user.id === sessionState.value?.user?.id && <Badge tone="accent">{accessTexts.value.you}</Badge>}
        </span>
        {user.displayName !== user.username && <span class="second-line">{user.displayName}</span>}
      </td>
      <td data-label={words.role}>{wordOf(accessTexts.value.roles, user.role)}</td>
      <td data-label={words.state}>
        <UserStateBadge user={user} />
      </td>
      <td data-label={words.totp} class={user.hasTotp ? "" : "muted"}>
        {user.hasTotp ? words.totpOn : words.totpOff}
      </td>
      <td data-label={words.lastSignIn} class="number muted">
        {user.lastSignInAt === null ? words.never : formatMinute(user.lastSignInAt)}
      </td>
    </tr>
  );
}

/** All users. */
export function UserList() {
  const words = accessTexts.value.users;
  const resource = useResource<readonly User[]>(
    "users",
    async (signal) => (await api.listUsers({ signal })).items,
    { everyMs: renewMs },
  );
  const inviting = useSignal(false);
  const made = useSignal<CreatedUser | null>(null);
  const invite = (
    <AddButton
      label={words.invite}
      onClick={() => {
        inviting.value = true;
      }}
    />
  );
  return (
    <>
      {made.value !== null && (
        <InvitationNotice
          user={made.value.user}
          invitation={made.value.invitation}
          onDone={() => {
            made.value = null;
          }}
        />
      )}
      <Listing id="users" title={accessTexts.value.sections.users} actions={invite} resource={resource}>
        {(users) =>
          users.length === 0 ? (
            <Empty icon="user" title={words.emptyTitle} text={words.emptyText} />
          ) : (
            <div class="table-scroll">
              <table class="folding" data-table="users">
                <Columns names={[words.username, words.role, words.state, words.totp, words.lastSignIn]} />
                <tbody>
                  {users.map((user) => (
                    <Row key={user.id} user={user} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Listing>
      {inviting.value && (
        <InviteDialog
          onMade={(answer) => {
            made.value = answer;
            inviting.value = false;
            resource.reload();
          }}
          onClose={() => {
            inviting.value = false;
          }}
        />
      )}
    </>
  );
}
