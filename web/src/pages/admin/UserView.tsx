import { useSignal } from "@preact/signals";
import { api } from "../../api/client.ts";
import type { Invitation, Session, User } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { accessTexts } from "../../i18n/access.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import { useResource } from "../../net/resource.ts";
import { may, sessionState } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Badge, Empty, Loading, ProblemNotice } from "../../ui/feedback.tsx";
import { BackLink } from "../../ui/BackLink.tsx";
import { SessionTable } from "../../ui/SessionTable.tsx";
import { InvitationNotice } from "./InvitationNotice.tsx";
import { Listing } from "../../ui/Listing.tsx";
import { UserActions } from "./UserActions.tsx";
import { UserForm } from "./UserForm.tsx";
import { UserStateBadge } from "./UserStateBadge.tsx";

function Facts({ user, own }: { readonly user: User; readonly own: boolean }) {
  const words = accessTexts.value.users;
  return (
    <dl class="facts">
      <dt>{words.username}</dt>
      <dd>
        {user.username} {own && <Badge tone="accent">{accessTexts.value.you}</Badge>}
      </dd>
      <dt>{words.state}</dt>
      <dd>
        <UserStateBadge user={user} />
      </dd>
      <dt>{words.role}</dt>
      <dd>{wordOf(accessTexts.value.roles, user.role)}</dd>
      <dt>{words.totp}</dt>
      <dd>{user.hasTotp ? words.totpOn : words.totpOff}</dd>
      <dt>{words.lastSignIn}</dt>
      <dd class="number">{user.lastSignInAt === null ? words.never : formatMinute(user.lastSignInAt)}</dd>
      <dt>{words.created}</dt>
      <dd class="number">{formatMinute(user.createdAt)}</dd>
    </dl>
  );
}

function UserSessions({ user }: { readonly user: User }) {
  const resource = useResource<readonly Session[]>(`sessions ${user.id}`, async (signal) => {
    const { items } = await api.listSessions({ signal });
    return items.filter(({ userId }) => userId === user.id);
  });
  return (
    <Listing id="user-sessions" title={accessTexts.value.users.sessions} resource={resource}>
      {(sessions) => (
        <SessionTable sessions={sessions} end={(id) => api.endSession(id)} onEnded={resource.reload} />
      )}
    </Listing>
  );
}

/** One user: details, settings, and sessions. */
export function UserView({ id }: { readonly id: string }) {
  const words = accessTexts.value.users;
  const { state, reload } = useResource<User>(id, (signal) => api.getUser(id, { signal }));
  const { value: user, problem } = state.value;
  const invitation = useSignal<Invitation | null>(null);
  const own = user !== null && user.id === sessionState.value?.user?.id;
  const gone = problem?.status === 404 || problem?.code === "ID_INVALID";
  return (
    <>
      <PageHead title={user?.displayName ?? accessTexts.value.sections.users}>
        <BackLink href="/app/admin/users" label={words.back} />
        {user !== null && may.value("audit.read") && (
          <a class="button" href={`/app/admin/audit?user=${user.id}`}>
            {words.history}
          </a>
        )}
        {user !== null && !own && (
          <UserActions
            user={user}
            onChanged={reload}
            onInvitation={(made) => {
              invitation.value = made;
            }}
          />
        )}
      </PageHead>
      {gone && <Empty icon="user" title={words.unknown} text={words.unknownText} />}
      {problem !== null && !gone && <ProblemNotice problem={problem} retry={reload} />}
      {user === null && problem === null && <Loading />}
      {user !== null && !gone && (
        <>
          {invitation.value !== null && (
            <InvitationNotice
              user={user}
              invitation={invitation.value}
              onDone={() => {
                invitation.value = null;
              }}
            />
          )}
          <div class="columns">
            <section class="card card-body" aria-label={user.displayName}>
              <Facts user={user} own={own} />
            </section>
            <UserForm key={`${user.displayName} ${user.role}`} user={user} own={own} onSaved={reload} />
          </div>
          <UserSessions key={`${user.role} ${user.disabled}`} user={user} />
        </>
      )}
    </>
  );
}
