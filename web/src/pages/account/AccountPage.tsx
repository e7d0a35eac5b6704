import { formatMinute } from "../../format/time.ts";
import { accessTexts } from "../../i18n/access.ts";
import { texts } from "../../i18n/index.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import { roleInWords } from "../../i18n/roleWords.ts";
import { sessionState } from "../../session.ts";
import type { SessionState } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Empty } from "../../ui/feedback.tsx";
import type { PageProps } from "../pageProps.ts";
import { Authenticator } from "./Authenticator.tsx";
import { OwnSessions } from "./OwnSessions.tsx";
import { PasswordForm } from "./PasswordForm.tsx";

function Facts({ user }: { readonly user: NonNullable<SessionState["user"]> }) {
  const words = accessTexts.value.account;
  return (
    <section class="card card-body form" aria-label={words.title}>
      <dl class="facts">
        <dt>{words.username}</dt>
        <dd>{user.username}</dd>
        {user.displayName !== user.username && (
          <>
            <dt>{words.name}</dt>
            <dd>{user.displayName}</dd>
          </>
        )}
        <dt>{words.role}</dt>
        <dd>{wordOf(accessTexts.value.roles, user.role)}</dd>
        {user.lastSignInAt !== null && (
          <>
            <dt>{words.lastSignIn}</dt>
            <dd class="number">{formatMinute(user.lastSignInAt)}</dd>
          </>
        )}
      </dl>
      <p class="muted">{roleInWords(user.role)}</p>
    </section>
  );
}

/** The user's own account. */
export default function AccountPage({ rest }: PageProps) {
  const words = accessTexts.value;
  const user = sessionState.value?.user ?? null;
  if (rest !== "" || user === null) {
    const { common } = texts.value;
    return (
      <>
        <PageHead title={words.account.title} />
        {user === null ? (
          <Empty icon="user" title={words.open.noAccount} text={words.open.noAccountText}>
            <a class="button" href="/app/admin">
              {words.title}
            </a>
          </Empty>
        ) : (
          <Empty icon="search" title={common.notFoundTitle} text={common.notFoundText}>
            <a class="button" href="/app/account">
              {words.account.title}
            </a>
          </Empty>
        )}
      </>
    );
  }
  return (
    <>
      <PageHead title={words.account.title} />
      <div class="columns">
        <div class="form">
          <Facts user={user} />
          <Authenticator user={user} />
        </div>
        <PasswordForm username={user.username} />
      </div>
      {/* Changing the password starts a new session. */}
      <OwnSessions key={sessionState.value?.sessionId} />
    </>
  );
}
