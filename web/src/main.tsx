import { computed, effect } from "@preact/signals";
import { render } from "preact";
import "./styles/tokens.css";
import "./styles/pico.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/controls.css";
import "./styles/content.css";
import { startFeed } from "./live/feed.ts";
import { watchHealth } from "./net/health.ts";
import { followLinksWithin } from "./router.ts";
import { loadSession, may, sessionProblem, sessionState, signedOut } from "./session.ts";
import { CurrentPage } from "./shell/CurrentPage.tsx";
import { listenToKeys } from "./shell/keys.tsx";
import { LinkOfAnother } from "./shell/LinkOfAnother.tsx";
import { linkHere } from "./shell/oneTimeLink.ts";
import { Loading } from "./ui/feedback.tsx";
import { Shell } from "./shell/Shell.tsx";
import { SignIn, Waiting } from "./shell/SignIn.tsx";

const root = document.querySelector("#app");
if (root === null) throw new Error("The page has no root element");
followLinksWithin();
listenToKeys();
watchHealth();
void loadSession();

/** The server would reject viewers without permission again and again. */
const watching = computed(() => sessionState.value !== null && !signedOut.value && may.value("live.watch"));
effect(() => (watching.value ? startFeed(() => void loadSession()) : undefined));

function Root() {
  if (sessionState.value === null && sessionProblem.value !== null)
    return <Waiting problem={sessionProblem.value} />;
  if (signedOut.value) return <SignIn />;
  if ((sessionState.value?.user ?? null) !== null && linkHere() !== null) return <LinkOfAnother />;
  return <Shell>{sessionState.value === null ? <Loading /> : <CurrentPage />}</Shell>;
}

render(<Root />, root);
