import { computed, effect } from "@preact/signals";
import { render } from "preact";
import "./styles/tokens.css";
import "./styles/pico.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/controls.css";
import "./styles/content.css";
import "./styles/numbers.css";
import "./styles/access.css";
import { startFeed } from "./live/feed.ts";
import { watchHealth } from "./net/health.ts";
import { followLinksWithin } from "./links.ts";
import { followHistory } from "./router.ts";
import { lastUser, loadSession, may, sessionProblem, sessionState, signedOut } from "./session.ts";
import { CurrentPage } from "./shell/CurrentPage.tsx";
import { listenToKeys } from "./shell/keys.tsx";
import { LinkOfAnother } from "./shell/LinkOfAnother.tsx";
import { linkHere } from "./shell/oneTimeLink.ts";
import { Loading } from "./ui/feedback.tsx";
import { guardUnsavedText, hasUnsavedText } from "./ui/unsaved.ts";
import { Shell } from "./shell/Shell.tsx";
import { LeaveDialog } from "./shell/LeaveDialog.tsx";
import { SignIn, SignInAgain, Waiting } from "./shell/SignIn.tsx";

const root = document.querySelector("#app");
if (root === null) throw new Error("The page has no root element");
followHistory();
followLinksWithin();
guardUnsavedText();
listenToKeys();
watchHealth();
void loadSession();

/** The server would reject viewers without permission again and again. */
const watching = computed(() => sessionState.value !== null && !signedOut.value && may.value("live.watch"));
effect(() => (watching.value ? startFeed(() => void loadSession()) : undefined));

function Root() {
  if (sessionState.value === null && sessionProblem.value !== null)
    return <Waiting problem={sessionProblem.value} />;
  // Text that is not saved outlives the session, for the same user.
  const kept = signedOut.value && hasUnsavedText.value && lastUser.value !== null;
  if (signedOut.value && !kept) return <SignIn />;
  if ((sessionState.value?.user ?? null) !== null && linkHere() !== null) return <LinkOfAnother />;
  return (
    <>
      <div key={`of ${lastUser.value?.id}`} hidden={kept} inert={kept}>
        <Shell>{sessionState.value === null ? <Loading /> : <CurrentPage />}</Shell>
      </div>
      {kept && <SignInAgain />}
      <LeaveDialog />
    </>
  );
}

render(<Root />, root);
