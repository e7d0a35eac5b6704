import { keyScopes, roles } from "../../../src/access/rules/rights.ts";
import type { GuardedApi } from "../../integration/access/support.ts";
import type { HostileRequest } from "./hostileRequests.ts";

/** One who sends hostile requests. */
export interface Sender {
  readonly name: string;
  headersFor(request: HostileRequest): Promise<Readonly<Record<string, string>>>;
}

/** A user whose sessions may all end, and one with sessions that may end one by one. */
const guest = "guest";
export const neighbour = "neighbour";

/** What ends the session that it is sent in. */
const endsItself = /^(?:DELETE \/session|POST \/account\/sessions\/end-others|PUT \/account\/password)$/;
const endsOwn = "DELETE /account/sessions/{id}";
/** What may end the sessions or the key of others. */
const endsOthers =
  /^(?:DELETE \/sessions\/\{id\}|(?:PATCH|DELETE) \/users\/\{id\}.*|DELETE \/api-keys\/\{id\})$/;
/** Signing in ends the session of the cookie that is sent along. */
const signsIn = /^POST \/(?:session|set-up|invitations.*)$/;

/**
 * Every kind of viewer. None of their requests ends the session or the key of another; requests that end their own
 * session are sent in a new one.
 */
export async function sendersTo(api: GuardedApi): Promise<readonly Sender[]> {
  const { url } = api.server;
  const page = { Origin: url, "Sec-Fetch-Site": "same-origin" };
  const key = await api.key(keyScopes);
  for (const name of [guest, neighbour]) await api.user("operator", name);
  const cookies: (readonly [string, string])[] = [];
  for (const role of roles)
    cookies.push([role, await api.signIn((await api.user(role, `the-${role}`)).username)]);
  const sessions = await api.access.sessions.list(null);
  const lastUserId = Math.max(...sessions.map(({ userId }) => userId));
  const lastSessionId = Math.max(...sessions.map(({ id }) => id));

  /** Whether it is about one of the senders, in any notation of the ID. */
  function isAboutSenders({ operation, target }: HostileRequest): boolean {
    const id = Number(decodeURIComponent(/\/(?:users|sessions|api-keys)\/([^/?]*)/.exec(target)?.[1] ?? ""));
    if (operation.includes("/users/")) return id <= lastUserId;
    return operation.includes("/sessions/") ? id <= lastSessionId : id <= 1;
  }

  const people = cookies.map(([name, cookie]): Sender => ({
    name,
    async headersFor(request) {
      const { operation } = request;
      if (signsIn.test(operation)) return page;
      if (endsItself.test(operation)) return { ...page, Cookie: await fresh(guest) };
      if (operation === endsOwn) return { ...page, Cookie: await fresh(neighbour) };
      return endsOthers.test(operation) && isAboutSenders(request) ? page : { ...page, Cookie: cookie };
    },
  }));

  /** The session of a user whose password may have been changed meanwhile. */
  async function fresh(username: string): Promise<string> {
    return api.signIn(username).catch(async () => api.signIn((await api.user("operator")).username));
  }

  return [
    ...people,
    {
      name: "key",
      headersFor: async () => ({ Authorization: `Bearer ${key}` }),
    },
    { name: "anonymous", headersFor: async () => ({}) },
  ];
}
