import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../i18n/index.ts";

let firstPage = true;

/** The heading receives the focus on navigation, so that keyboards and screen readers start there. */
export function PageHead(props: {
  readonly title: string;
  /** For pages with the same heading. */
  readonly documentTitle?: string;
  readonly children?: ComponentChildren;
}) {
  const { title, documentTitle = title, children } = props;
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!firstPage) ref.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  const { appName } = texts.value;
  useEffect(() => {
    document.title = `${documentTitle} – ${appName}`;
  }, [documentTitle, appName]);
  return (
    <div class="page-head">
      <h1 ref={ref} tabIndex={-1}>
        {title}
      </h1>
      <div class="actions">{children}</div>
    </div>
  );
}
