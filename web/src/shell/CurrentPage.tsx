import { Component } from "preact";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fill, texts } from "../i18n/index.ts";
import { askedPage, mayOpen, startPage } from "../pages/allowed.ts";
import type { PageProps } from "../pages/pageProps.ts";
import { Empty, Loading, Notice } from "../ui/feedback.tsx";
import type { IconName } from "../ui/Icon.tsx";
import { PageHead } from "./PageHead.tsx";

const loaded = new Map<string, ComponentType<PageProps>>();

/** An error in one page does not affect the others. */
class Guard extends Component<{ readonly children: ComponentChildren }, { readonly failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(): void {
    this.setState({ failed: true });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <Failed />;
  }
}

function Failed() {
  const { common } = texts.value;
  return (
    <Notice
      tone="bad"
      title={common.failedTitle}
      action={
        <button type="button" class="button" onClick={() => location.reload()}>
          {common.reload}
        </button>
      }
    >
      <p>{common.failedText}</p>
    </Notice>
  );
}

/** Explains why there is nothing to see, and links to an existing page. */
function Nothing(props: { readonly icon: IconName; readonly title: string; readonly text: string }) {
  const start = startPage.value;
  const { common, nav } = texts.value;
  return (
    <>
      <PageHead title={props.title} />
      <Empty icon={props.icon} text={props.text}>
        {start !== null && (
          <a class="button" href={start.path}>
            {fill(common.toPage, { page: nav[start.key] })}
          </a>
        )}
      </Empty>
    </>
  );
}

/** Pages are loaded as separate files, so that the first one is quick. */
export function CurrentPage() {
  const found = askedPage.value;
  const refused = found !== null && !mayOpen.value(found.page);
  const key = found?.page.key ?? null;
  const [, redraw] = useState(0);
  const [failedKey, setFailedKey] = useState<string | null>(null);
  useEffect(() => {
    if (found === null || refused || loaded.has(found.page.key)) return;
    found.page
      .load()
      .then((module) => {
        loaded.set(found.page.key, module.default);
        redraw((n) => n + 1);
      })
      .catch(() => setFailedKey(found.page.key));
  }, [key, refused]);

  const { common } = texts.value;
  if (found === null) {
    return <Nothing icon="search" title={common.notFoundTitle} text={common.notFoundText} />;
  }
  if (refused) return <Nothing icon="admin" title={common.refusedTitle} text={common.refusedText} />;
  const Found = loaded.get(found.page.key);
  if (Found === undefined) return failedKey === key ? <Failed /> : <Loading />;
  return (
    <Guard key={key}>
      <Found rest={found.rest} />
    </Guard>
  );
}
