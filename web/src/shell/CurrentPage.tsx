import { Component } from "preact";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { texts } from "../i18n/index.ts";
import { pageAt } from "../pages/registry.ts";
import type { PageProps } from "../pages/registry.ts";
import { place } from "../router.ts";
import { Empty, Loading, Notice } from "../ui/feedback.tsx";
import { PageHead } from "./PageHead.tsx";

const loaded = new Map<string, ComponentType<PageProps>>();

/** A defect of one page leaves the others usable. */
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

/** Pages come as files of their own, so that the first one is there at once. */
export function CurrentPage() {
  const found = pageAt(place.value.path);
  const key = found?.page.key ?? null;
  const [, redraw] = useState(0);
  const [failedKey, setFailedKey] = useState<string | null>(null);
  useEffect(() => {
    if (found === null || loaded.has(found.page.key)) return;
    found.page
      .load()
      .then((module) => {
        loaded.set(found.page.key, module.default);
        redraw((n) => n + 1);
      })
      .catch(() => setFailedKey(found.page.key));
  }, [key]);

  const { common } = texts.value;
  if (found === null) {
    return (
      <>
        <PageHead title={common.notFoundTitle} />
        <Empty icon="search" title={common.notFoundTitle} text={common.notFoundText}>
          <a class="button" href="/app/board">
            {common.toStart}
          </a>
        </Empty>
      </>
    );
  }
  const Found = loaded.get(found.page.key);
  if (Found === undefined) return failedKey === key ? <Failed /> : <Loading />;
  return (
    <Guard key={key}>
      <Found rest={found.rest} />
    </Guard>
  );
}
