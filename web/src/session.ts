import { computed, signal } from "@preact/signals";
import type { Permission } from "../../src/access/rules/rights.ts";
import { api } from "./api/client.ts";
import type { CurrentSession } from "./api/client.ts";
import { createCurrentAnswer } from "./net/currentAnswer.ts";
import type { Problem } from "./net/problem.ts";
import { toProblem } from "./net/problem.ts";

/** Who the server takes this browser for. */
export type SessionState = CurrentSession;

/** null until the server has said. */
export const sessionState = signal<SessionState | null>(null);

/** Why we do not know it, or not anew; null when the server has answered the last time we asked. */
export const sessionProblem = signal<Problem | null>(null);

/** What a person may do. The server decides; the pages only leave out what it would refuse. */
export const may = computed(() => {
  const granted = new Set(sessionState.value?.permissions);
  const open = sessionState.value?.access === "open";
  return (permission: Permission): boolean => open || granted.has(permission);
});

export const signedOut = computed(
  () => sessionState.value?.access === "required" && sessionState.value.user === null,
);

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
    // A server that knows no sessions is open to everybody who reaches it.
    if (problem.status === 404) sessionState.value = openToAll;
    else nextTry = setTimeout(() => void loadSession(), retryMs);
    sessionProblem.value = problem.status === 404 ? null : problem;
  },
});

/** Asks until the server has answered; many who want to know ask once. */
export const loadSession = (): Promise<void> => whoAmI.ask();

/**
 * For what gives this browser another session: the live feed notices that the old one has ended before the browser
 * has the new one's cookie, and whoever asked then would be told that nobody is signed in.
 */
export const changeSession = <Result>(work: () => Promise<Result>): Promise<Result> => whoAmI.change(work);

/** Rejects with an `ApiError`. */
export async function signIn(username: string, password: string, code: string): Promise<void> {
  sessionState.value = await api.signIn({ username, password, ...(code !== "" && { code }) });
}

/** With the token of the one-time link; the name is for the first administrator only. Rejects with an `ApiError`. */
export async function acceptLink(
  link: { readonly kind: "set-up" | "invitation"; readonly token: string },
  username: string,
  password: string,
): Promise<void> {
  if (link.kind === "set-up") await api.setUp({ token: link.token, username, password });
  else await api.takeUpInvitation({ token: link.token, password });
}

/**
 * `stay`: at this address, as somebody else. Does not resolve, since the page goes; rejects with an `ApiError`. What asks
 * who is signed in meanwhile gets no answer: a form drawn now would be gone with what was typed.
 */
export function signOut({ stay = false } = {}): Promise<never> {
  return changeSession(async () => {
    try {
      await api.signOut();
    } catch (error) {
      // A session that has ended already is as good.
      if (toProblem(error).status !== 401) throw error;
    }
    // A fresh page: nothing of what was seen stays in memory.
    if (stay) location.reload();
    else location.assign("/");
    return new Promise<never>(() => undefined);
  });
}
