import { effect } from "@preact/signals";
import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/controls.css";
import "./styles/content.css";
import { startFeed } from "./live/feed.ts";
import { watchHealth } from "./net/health.ts";
import { followLinksWithin } from "./router.ts";
import { loadSession, sessionState, signedOut } from "./session.ts";
import { CurrentPage } from "./shell/CurrentPage.tsx";
import { listenToKeys } from "./shell/keys.tsx";
import { Loading } from "./ui/feedback.tsx";
import { Shell } from "./shell/Shell.tsx";
import { SignIn } from "./shell/SignIn.tsx";

const root = document.querySelector("#app");
if (root === null) throw new Error("The page lacks its root");
followLinksWithin();
listenToKeys();
watchHealth();
void loadSession();

let feeding = false;
effect(() => {
  // Before anybody has signed in the feed would be refused.
  if (feeding || sessionState.value === null || signedOut.value) return;
  feeding = true;
  startFeed();
});

function Root() {
  if (signedOut.value) return <SignIn />;
  return <Shell>{sessionState.value === null ? <Loading /> : <CurrentPage />}</Shell>;
}

render(<Root />, root);
