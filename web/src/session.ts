import { computed, effect, signal } from "@preact/signals";
import type { Permission } from "../../src/access/rules/rights.ts";
import { api } from "./api/client.ts";
import type { CurrentSession } from "./api/client.ts";
import { createCurrentAnswer } from "./net/currentAnswer.ts";
import type { Problem } from "./net/problem.ts";
import { toProblem } from "./net/problem.ts";

/** The session of this browser, according to the server. */
export type SessionState = CurrentSession;

/** null until the server has responded. */
export const sessionState = signal<SessionState | null>(null);

/** Why the session could not be (re)loaded; null if the last request succeeded. */
export const sessionProblem = signal<Problem | null>(null);

export const signedOut = computed(
  () => sessionState.value?.access === "required" && sessionState.value.user === null,
);

/** The last session with a viewer. A page with text that is not saved outlives its session. */
const lastSession = signal<SessionState | null>(null);
effect(() => {
  if (sessionState.value !== null && !signedOut.value) lastSession.value = sessionState.value;
});

/** The last user of this page; null with open access. */
export const lastUser = computed(() => lastSession.value?.user ?? null);

/** The viewer's permissions. The server enforces them; pages only hide what it would reject. */
export const may = computed(() => {
  const granted = new Set(lastSession.value?.permissions);
  const open = lastSession.value?.access === "open";
  return (permission: Permission): boolean => open || granted.has(permission);
});

const retryMs = 2000;
const openToAll: SessionState = {
  access: "open",
  setUpNeeded: false,
  user: null,
  sessionId: null,
  permissions: [],
};

let nextTry: ReturnType<typeof setTimeout> | undefined;

const whoAmI = createCurrentAnswer<SessionState>({
  load() {
    clearTimeout(nextTry);
    return api.getSession();
  },
  onAnswer(answer) {
    sessionState.value = answer;
    sessionProblem.value = null;
  },
  onFailure(error) {
    const problem = toProblem(error);
    // A server without sessions is open to all clients.
    if (problem.status === 404) sessionState.value = openToAll;
    else nextTry = setTimeout(() => void loadSession(), retryMs);
    sessionProblem.value = problem.status === 404 ? null : problem;
  },
});

/** Loads the session, retrying until the server responds; concurrent calls share one request. */
export const loadSession = (): Promise<void> => whoAmI.ask();

/**
 * For actions that change this browser's session: the live feed notices that the old session has ended before the
 * browser has the new cookie, and the answer to a request at that moment would be that there is no session.
 */
export const changeSession = <Result>(work: () => Promise<Result>): Promise<Result> => whoAmI.change(work);

/** Rejects with an `ApiError`. */
export async function signIn(username: string, password: string, code: string): Promise<void> {
  whoAmI.accept(await api.signIn({ username, password, ...(code !== "" && { code }) }));
}

/** With the token of a one-time link; the name is only for the first administrator. Rejects with an `ApiError`. */
export async function acceptLink(
  link: { readonly kind: "set-up" | "invitation"; readonly token: string },
  username: string,
  password: string,
): Promise<void> {
  if (link.kind === "set-up") await api.setUp({ token: link.token, username, password });
  else await api.takeUpInvitation({ token: link.token, password });
  // Known without asking: there is an administrator now, and no session yet.
  if (sessionState.value !== null) whoAmI.accept({ ...sessionState.value, setUpNeeded: false });
}

/** The user name that an invitation is for. Rejects with an `ApiError`. */
export const invitedUser = async (token: string): Promise<string> =>
  (await api.readInvitation({ token })).username;

/**
 * `stay`: reloads this URL. Never resolves, because the page goes away; rejects with an `ApiError`. Session
 * requests get no response meanwhile: a form drawn now would be lost with its input.
 */
export function signOut({ stay = false } = {}): Promise<never> {
  return changeSession(async () => {
    try {
      await api.signOut();
    } catch (error) {
      // A session that has already ended is fine, too.
      if (toProblem(error).status !== 401) throw error;
    }
    // Load a new page so that no data stays in memory.
    if (stay) location.reload();
    else location.assign("/");
    return new Promise<never>(() => undefined);
  });
}
