import { useSignal } from "@preact/signals";
import type { Session } from "../api/client.ts";
import { browserOf } from "../format/browser.ts";
import { formatMinute } from "../format/time.ts";
import { accessTexts } from "../i18n/access.ts";
import { fill } from "../i18n/index.ts";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import { Badge, Empty, toast } from "./feedback.tsx";

function browserInWords(userAgent: string): string {
  const words = accessTexts.value.sessions;
  const { browser, system } = browserOf(userAgent);
  if (browser !== null && system !== null) return fill(words.browserOn, { browser, system });
  return browser ?? system ?? (userAgent.trim() || words.unknownBrowser);
}

/** Sessions. This browser's own session is marked, and ended by signing out, not here. */
export function SessionTable(props: {
  readonly sessions: readonly Session[];
  /** For sessions of several users. */
  readonly withUser?: boolean;
  readonly end: (id: string) => Promise<unknown>;
  readonly onEnded: () => void;
}) {
  const { sessions, withUser = false, end, onEnded } = props;
  const words = accessTexts.value.sessions;
  const ending = useSignal<Session | null>(null);
  if (sessions.length === 0) return <Empty icon="user" title={words.emptyTitle} text={words.emptyText} />;
  return (
    <div class="table-scroll">
      <table class="folding" data-table="sessions">
        <thead>
          <tr>
            {withUser && <th scope="col">{words.user}</th>}
            <th scope="col">{words.browser}</th>
            <th scope="col">{words.address}</th>
            <th scope="col">{words.began}</th>
            <th scope="col">{words.lastUse}</th>
            <th scope="col">{words.ends}</th>
            <th scope="col">
              <span class="visually-hidden">{words.end}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id} data-session={session.id} data-current={session.current}>
              {withUser && (
                <td data-label={words.user}>
                  <a href={`/app/admin/users/${session.userId}`}>{session.username}</a>
                </td>
              )}
              <td data-label={words.browser} title={session.userAgent}>
                <span>
                  {browserInWords(session.userAgent)}{" "}
                  {session.current && <Badge tone="accent">{words.current}</Badge>}
                </span>
              </td>
              <td data-label={words.address} class="number">
                {session.address}
              </td>
              <td data-label={words.began} class="number muted">
                {formatMinute(session.createdAt)}
              </td>
              <td data-label={words.lastUse} class="number muted">
                {formatMinute(session.lastSeenAt)}
              </td>
              <td data-label={words.ends} class="number muted">
                {formatMinute(session.expiresAt)}
              </td>
              <td class="end last tight">
                {!session.current && (
                  <button
                    type="button"
                    class="button small"
                    aria-label={fill(words.endOf, { name: session.username, address: session.address })}
                    onClick={() => {
                      ending.value = session;
                    }}
                  >
                    {words.end}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ending.value !== null && (
        <ConfirmDialog
          title={words.endTitle}
          text={fill(words.endText, {
            name: ending.value.username,
            address: `${browserInWords(ending.value.userAgent)} (${ending.value.address})`,
          })}
          label={words.end}
          work={() => end(String(ending.value?.id))}
          onDone={() => {
            ending.value = null;
            toast(words.ended);
            onEnded();
          }}
          onClose={() => {
            ending.value = null;
          }}
        />
      )}
    </div>
  );
}
