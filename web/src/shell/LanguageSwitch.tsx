import { chooseLanguage, language, texts } from "../i18n/index.ts";

/** Names the other language in that language. */
export function LanguageSwitch() {
  const other = language.value === "ru" ? "en" : "ru";
  return (
    <button type="button" class="button quiet" lang={other} onClick={() => chooseLanguage(other)}>
      {texts.value.prefs.language}
    </button>
  );
}
