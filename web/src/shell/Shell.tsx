import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { formatCount, texts } from "../i18n/index.ts";
import { board } from "../live/feed.ts";
import { connectionState } from "../net/health.ts";
import type { ConnectionState } from "../net/health.ts";
import { toProblem } from "../net/problem.ts";
import { allowedPages, askedPage } from "../pages/allowed.ts";
import { sessionState, signOut } from "../session.ts";
import { LanguageSwitch } from "./LanguageSwitch.tsx";
import { chooseTheme, theme } from "../theme.ts";
import { IconButton } from "../ui/controls.tsx";
import { toast, Toasts, wordsOf } from "../ui/feedback.tsx";
import type { Tone } from "../ui/feedback.tsx";
import { Icon } from "../ui/Icon.tsx";
import { KeysDialog, keysShown } from "./keys.tsx";

const menuOpen = signal(false);

const tones: Readonly<Record<ConnectionState, Tone>> = {
  up: "ok",
  degraded: "warn",
  down: "bad",
  away: "bad",
  unknown: "calm",
};

function Connection() {
  const state = connectionState.value;
  return (
    <a class="connection" href="/app/system">
      <span class="dot" data-tone={tones[state]} aria-hidden="true" />
      <span>{texts.value.connection[state]}</span>
    </a>
  );
}

function Navigation() {
  const { nav } = texts.value;
  const current = askedPage.value?.page.key;
  const listed = allowedPages.value.filter(({ unlisted }) => unlisted !== true);
  const callsNow = board.value?.figures.now ?? 0;
  return (
    <nav class="nav" aria-label={nav.label}>
      {listed.map(({ key, path, icon }) => (
        <a
          key={key}
          href={path}
          {...(key === current && { "aria-current": "page" as const })}
          onClick={() => {
            menuOpen.value = false;
          }}
        >
          <Icon name={icon} />
          {nav[key]}
          {key === "board" && callsNow > 0 && <span class="count">{formatCount(callsNow)}</span>}
        </a>
      ))}
    </nav>
  );
}

/** Link to the user's account, and sign-out. */
function Account() {
  const user = sessionState.value?.user ?? null;
  if (user === null) return null;
  return (
    <div class="person">
      <a
        class="connection account"
        href="/app/account"
        aria-label={`${user.username}: ${texts.value.nav.account}`}
        title={`${user.username}: ${texts.value.nav.account}`}
        {...(askedPage.value?.page.key === "account" && { "aria-current": "page" as const })}
        onClick={() => {
          menuOpen.value = false;
        }}
      >
        <Icon name="user" size={16} />
        <span>{user.username}</span>
      </a>
      <button
        type="button"
        class="button quiet small"
        onClick={() => {
          signOut().catch((error: unknown) => toast(wordsOf(toProblem(error)).title));
        }}
      >
        {texts.value.signIn.signOut}
      </button>
    </div>
  );
}

function Preferences() {
  const { prefs } = texts.value;
  const dark = theme.value === "dark";
  return (
    <div class="preferences">
      <IconButton
        icon={dark ? "sun" : "moon"}
        label={dark ? prefs.toLight : prefs.toDark}
        onClick={() => chooseTheme(dark ? "light" : "dark")}
      />
      <IconButton
        icon="keyboard"
        label={prefs.shortcuts}
        onClick={() => {
          keysShown.value = true;
        }}
      />
      <LanguageSwitch />
    </div>
  );
}

/** The layout around every page. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const { nav, appName, connection } = texts.value;
  const state = connectionState.value;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {nav.skip}
      </a>
      <header class="topbar">
        <IconButton
          icon="menu"
          label={nav.open}
          onClick={() => {
            menuOpen.value = true;
          }}
        />
        <strong>{appName}</strong>
        <Connection />
      </header>
      {menuOpen.value && (
        <button
          type="button"
          class="scrim"
          aria-label={nav.close}
          onClick={() => {
            menuOpen.value = false;
          }}
        />
      )}
      <div
        class="sidebar"
        data-open={menuOpen.value}
        onKeyDown={(event) => {
          if (event.key === "Escape") menuOpen.value = false;
        }}
      >
        <a class="brand" href="/app">
          <img src="/icon.svg" alt="" />
          {appName}
        </a>
        <Navigation />
        <div class="sidebar-foot">
          <Connection />
          <Account />
          <Preferences />
        </div>
      </div>
      <div class="main">
        <div>
          {state === "away" && (
            <div class="strip" data-tone="bad" role="alert">
              {connection.awayLong}
            </div>
          )}
          {sessionState.value?.access === "open" && (
            <div class="strip" data-tone="warn" role="note">
              {connection.open}
              <a href="/app/admin">{connection.howToClose}</a>
            </div>
          )}
        </div>
        <main id="main" class="page" tabIndex={-1}>
          {children}
        </main>
      </div>
      <Toasts />
      <KeysDialog />
    </div>
  );
}
