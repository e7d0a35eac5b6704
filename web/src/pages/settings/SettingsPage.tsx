import { api } from "../../api/client.ts";
import type { Setting } from "../../api/client.ts";
import { fill, language, texts } from "../../i18n/index.ts";
import { settingsTexts } from "../../i18n/settings.ts";
import { settingsAbout } from "../../i18n/settingsAbout.ru.ts";
import { useResource } from "../../net/resource.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Badge, Loading, ProblemNotice } from "../../ui/feedback.tsx";

function Value({ setting }: { readonly setting: Setting }) {
  const words = settingsTexts.value;
  if (setting.secret)
    return setting.isSet ? <Badge tone="ok">{words.set}</Badge> : <span class="muted">{words.notSet}</span>;
  if (setting.value === null) return <span class="muted">{words.notSet}</span>;
  return setting.value === "" ? (
    <span class="muted">{words.empty}</span>
  ) : (
    <code class="long">{setting.value}</code>
  );
}

/** The descriptions are written for the documentation. */
const withoutMarkup = (text: string): string =>
  text.replaceAll(/\[([^[\]]{1,80})\]\([^()]{1,80}\)/gu, "$1").replaceAll("`", "");

/** Settings of a later version are described in English. */
function About({ setting }: { readonly setting: Setting }) {
  const translated = language.value === "ru" ? settingsAbout[setting.name] : undefined;
  if (translated !== undefined) return <span class="second-line">{translated}</span>;
  return (
    <span class="second-line" lang="en">
      {withoutMarkup(setting.about)}
    </span>
  );
}

function Row({ setting }: { readonly setting: Setting }) {
  const words = settingsTexts.value;
  return (
    <tr>
      <td class="wide">
        <code>{setting.name}</code>
        <About setting={setting} />
      </td>
      <td data-label={words.value}>
        <Value setting={setting} />
      </td>
      <td data-label={words.origin} class="nowrap">
        {fill(words.origins[setting.origin], { name: `${setting.name}_FILE` })}
      </td>
    </tr>
  );
}

function Section({ name, settings }: { readonly name: string; readonly settings: readonly Setting[] }) {
  const words = settingsTexts.value;
  const sections: Readonly<Record<string, string>> = words.sections;
  const title = sections[name] ?? name;
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
      </div>
      <div class="table-scroll">
        <table class="folding" data-table="settings">
          <thead>
            <tr>
              <th scope="col">{words.setting}</th>
              <th scope="col">{words.value}</th>
              <th scope="col">{words.origin}</th>
            </tr>
          </thead>
          <tbody>
            {settings.map((setting) => (
              <Row key={setting.name} setting={setting} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Every setting of the instance that answers, read-only: change settings where the instance is started. */
export default function SettingsPage() {
  const words = settingsTexts.value;
  const { state, reload } = useResource("settings", (signal) => api.listSettings({ signal }));
  const { value, problem } = state.value;
  const items = value?.items ?? [];
  const sections = [...new Set(items.map(({ section }) => section))];
  return (
    <>
      <PageHead title={words.title} />
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      {value === null && problem === null && <Loading />}
      {value !== null && (
        <p class="muted">
          {texts.value.system.node}: {value.node}. {words.intro}
        </p>
      )}
      {sections.map((name) => (
        <Section key={name} name={name} settings={items.filter(({ section }) => section === name)} />
      ))}
    </>
  );
}
