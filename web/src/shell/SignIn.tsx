import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { fill, formatCount, texts } from "../i18n/index.ts";
import type { Problem } from "../net/problem.ts";
import { toProblem } from "../net/problem.ts";
import { navigate } from "../router.ts";
import { acceptLink, invitedUser, lastUser, loadSession, sessionState, signIn } from "../session.ts";
import { Notice, ProblemNotice } from "../ui/feedback.tsx";
import { LanguageSwitch } from "./LanguageSwitch.tsx";
import { linkHere } from "./oneTimeLink.ts";

function Refusal({ problem }: { readonly problem: Problem }) {
  const words = texts.value.signIn;
  const known: Readonly<Record<string, string>> = words.refusals;
  const text = known[problem.code];
  if (text === undefined) return <ProblemNotice problem={problem} />;
  const seconds = Math.ceil((problem.retryAfterMs ?? 0) / 1000);
  return <Notice tone="bad" title={fill(text, { n: formatCount(seconds) })} />;
}

/** Shown while the session is unknown: explains why, and that we keep trying. */
export function Waiting({ problem }: { readonly problem: Problem }) {
  const { signIn, appName } = texts.value;
  useEffect(() => {
    document.title = `${signIn.waitingTitle} – ${appName}`;
  }, [signIn, appName]);
  return (
    <main class="sign-in">
      <div class="card card-body form">
        <div class="brand">
          <img src="/icon.svg" alt="" />
          {appName}
        </div>
        <h1>{signIn.waitingTitle}</h1>
        <ProblemNotice problem={problem} retry={() => void loadSession()} />
      </div>
    </main>
  );
}

/** Covers the page whose text is kept. It is a dialog, because the page may have one, which only another one covers. */
export function SignInAgain() {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => ref.current?.showModal(), []);
  return (
    <dialog
      ref={ref}
      class="sign-in-again"
      aria-label={texts.value.signIn.title}
      onCancel={(event) => event.preventDefault()}
      // Browsers let a second Escape close any dialog.
      onClose={({ currentTarget }) => {
        if (currentTarget.isConnected) currentTarget.showModal();
      }}
    >
      <SignIn again />
    </dialog>
  );
}

/** Sign-in by name and password, or by a one-time link and a new password. */
export function SignIn({ again = false }: { readonly again?: boolean }) {
  const words = texts.value.signIn;
  const link = again ? null : linkHere();
  const username = useSignal((again && lastUser.value?.username) || "");
  const password = useSignal("");
  const code = useSignal("");
  const codeAsked = useSignal<"totp" | "recovery" | null>(null);
  const invited = useSignal<string | null>(null);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  useEffect(() => (again ? second : first).current?.focus(), []);
  useEffect(() => {
    if (link?.kind !== "invitation") return;
    invitedUser(link.token).then(
      (name) => {
        invited.value = name;
      },
      (error: unknown) => {
        problem.value = toProblem(error);
      },
    );
  }, [link?.token]);
  const title =
    link === null ? words.title : link.kind === "set-up" ? words.setUpTitle : words.invitationTitle;
  useEffect(() => {
    document.title = `${title} – ${texts.value.appName}`;
  }, [title]);

  async function enter(): Promise<void> {
    busy.value = true;
    problem.value = null;
    try {
      if (link === null) await signIn(username.value, password.value, code.value.replaceAll(/\s/g, ""));
      else {
        await acceptLink(link, username.value, password.value);
        password.value = "";
        navigate("/app", { replace: true });
      }
    } catch (error) {
      const refusal = toProblem(error);
      if (refusal.code === "TOTP_REQUIRED") codeAsked.value ??= "totp";
      else problem.value = refusal;
    }
    busy.value = false;
  }

  return (
    <main class="sign-in">
      <form
        class="card card-body form"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <div class="brand">
          <img src="/icon.svg" alt="" />
          {texts.value.appName}
          <LanguageSwitch />
        </div>
        <h1>{title}</h1>
        {again && (
          <Notice tone="warn" title={words.keptTitle}>
            <p>{words.keptText}</p>
          </Notice>
        )}
        {link === null && sessionState.value?.setUpNeeded === true && (
          <Notice tone="warn" title={words.setUpNeeded} />
        )}
        {problem.value !== null && <Refusal problem={problem.value} />}
        {link?.kind === "invitation" && invited.value !== null && (
          <label class="field">
            <span>{words.username}</span>
            <input class="input" autocomplete="username" readOnly value={invited.value} />
          </label>
        )}
        {link?.kind !== "invitation" && (
          <label class="field">
            <span>{words.username}</span>
            <input
              ref={first}
              class="input"
              autocomplete="username"
              autocapitalize="off"
              required
              value={username.value}
              onInput={({ currentTarget }) => {
                username.value = currentTarget.value;
              }}
            />
          </label>
        )}
        <label class="field">
          <span>{words.password}</span>
          <input
            ref={second}
            class="input"
            type="password"
            autocomplete={link === null ? "current-password" : "new-password"}
            required
            value={password.value}
            onInput={({ currentTarget }) => {
              password.value = currentTarget.value;
            }}
          />
        </label>
        {codeAsked.value !== null && (
          <>
            <label class="field">
              <span>{codeAsked.value === "totp" ? words.code : words.recoveryCode}</span>
              <input
                key={codeAsked.value}
                class="input"
                {...(codeAsked.value === "totp"
                  ? { inputMode: "numeric", autocomplete: "one-time-code" }
                  : { autocomplete: "off", autocapitalize: "off", spellcheck: false })}
                required
                value={code.value}
                onInput={({ currentTarget }) => {
                  code.value = currentTarget.value;
                }}
              />
            </label>
            <button
              type="button"
              class="row-link"
              onClick={() => {
                code.value = "";
                codeAsked.value = codeAsked.value === "totp" ? "recovery" : "totp";
              }}
            >
              {codeAsked.value === "totp" ? words.useRecoveryCode : words.useCode}
            </button>
          </>
        )}
        <button class="button primary" disabled={busy.value} aria-busy={busy.value}>
          {link === null ? words.enter : words.choose}
        </button>
      </form>
    </main>
  );
}
