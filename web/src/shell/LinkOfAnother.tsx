import { fill, texts } from "../i18n/index.ts";
import { useAction } from "../net/action.ts";
import { sessionState, signOut } from "../session.ts";
import { ProblemNotice } from "../ui/feedback.tsx";

/** A one-time link opened by a signed-in user is probably for another person, so it asks first. */
export function LinkOfAnother() {
  const words = texts.value.signIn;
  const action = useAction();
  const name = sessionState.value?.user?.username ?? "";
  return (
    <main class="sign-in">
      <div class="card card-body form">
        <div class="brand">
          <img src="/icon.svg" alt="" />
          {texts.value.appName}
        </div>
        <h1>{fill(words.linkOfAnotherTitle, { name })}</h1>
        <p>{words.linkOfAnotherText}</p>
        {action.refused.value !== null && <ProblemNotice problem={action.refused.value} />}
        <button
          type="button"
          class="button primary"
          disabled={action.busy.value}
          onClick={() => void action.run(() => signOut({ stay: true }))}
        >
          {words.linkOfAnotherGo}
        </button>
        <a class="button" href="/app">
          {words.linkOfAnotherStay}
        </a>
      </div>
    </main>
  );
}
