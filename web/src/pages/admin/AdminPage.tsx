import { accessTexts } from "../../i18n/access.ts";
import { fill } from "../../i18n/index.ts";
import { may, sessionState } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Empty } from "../../ui/feedback.tsx";
import type { PageProps } from "../pageProps.ts";
import { ApiTimesView } from "./ApiTimesView.tsx";
import { OpenAccess } from "./OpenAccess.tsx";
import { PrivacySection } from "./privacy/PrivacySection.tsx";
import { sectionAddress, sections } from "./sections.ts";
import type { Section } from "./sections.ts";
import { UserView } from "./UserView.tsx";

function Tabs({ open, current }: { readonly open: readonly Section[]; readonly current: string }) {
  const words = accessTexts.value.sections;
  return (
    <nav class="tabs" aria-label={words.label}>
      {open.map(({ key }) => (
        <a key={key} href={sectionAddress(key)} {...(key === current && { "aria-current": "page" as const })}>
          {words[key]}
        </a>
      ))}
    </nav>
  );
}

/** Users, API keys, IP rules, sessions, the audit log, the speed of the API, and privacy. */
export default function AdminPage({ rest }: PageProps) {
  const words = accessTexts.value;
  const open = sections.filter(({ requires }) => may.value(requires));
  const [first] = open;
  const [asked = "", id = ""] = rest === "" ? [first?.key] : rest.split("/");
  const section = sections.find(({ key }) => key === asked);
  const title = section === undefined ? words.title : `${words.sections[section.key]} – ${words.title}`;

  if (sessionState.value?.access === "open") {
    return (
      <>
        <PageHead title={words.title} />
        <OpenAccess />
        <ApiTimesView />
        <PrivacySection />
      </>
    );
  }
  const refused = section !== undefined && !open.includes(section);
  if (section?.key === "users" && id !== "" && !refused) return <UserView key={id} id={id} />;
  return (
    <>
      <PageHead title={words.title} documentTitle={title} />
      <Tabs open={open} current={asked} />
      {(section === undefined || id !== "") && !refused && (
        <Empty icon="search" title={words.noSection.title} text={words.noSection.text}>
          <a class="button" href="/app/admin">
            {words.noSection.action}
          </a>
        </Empty>
      )}
      {refused && (
        <Empty icon="admin" title={words.refused.title} text={words.refused.text}>
          {first !== undefined && (
            <a class="button" href={sectionAddress(first.key)}>
              {fill(words.refused.action, { section: words.sections[first.key] })}
            </a>
          )}
        </Empty>
      )}
      {section !== undefined && id === "" && !refused && <section.View key={section.key} />}
    </>
  );
}
