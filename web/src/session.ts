import { computed, signal } from "@preact/signals";
import type { Permission } from "../../src/domain/accessRights.ts";
import type { CurrentSession } from "./api/client.ts";
import { createCurrentAnswer } from "./net/currentAnswer.ts";
import type { Problem } from "./net/problem.ts";
import { problemOfAnswer, toProblem, unreachable } from "./net/problem.ts";

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

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      ...(body !== undefined && {
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    text = await response.text();
  } catch (error) {
    throw unreachable(error);
  }
  if (!response.ok) throw problemOfAnswer(response.status, text, response.headers.get("Retry-After"));
  return text === "" ? null : JSON.parse(text);
}

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
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server, of the same version
    return ask("GET", "/session") as Promise<SessionState>;
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

/** Rejects with a `Problem`. */
export async function signIn(username: string, password: string, code: string): Promise<void> {
  const given = { username, password, ...(code !== "" && { code }) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server, of the same version
  sessionState.value = (await ask("POST", "/session", given)) as SessionState;
}

/** With the token of the one-time link; the name is for the first administrator only. Rejects with a `Problem`. */
export async function acceptLink(
  link: { readonly kind: "set-up" | "invitation"; readonly token: string },
  username: string,
  password: string,
): Promise<void> {
  if (link.kind === "set-up") await ask("POST", "/set-up", { token: link.token, username, password });
  else await ask("POST", "/invitations", { token: link.token, password });
}

/**
 * `stay`: at this address, as somebody else. Does not resolve, since the page goes; rejects with a `Problem`. What asks
 * who is signed in meanwhile gets no answer: a form drawn now would be gone with what was typed.
 */
export function signOut({ stay = false } = {}): Promise<never> {
  return changeSession(async () => {
    try {
      await ask("DELETE", "/session");
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
