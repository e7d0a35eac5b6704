import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../i18n/index.ts";

let firstPage = true;

/** The heading takes the focus when the page is gone to, so that keyboards and screen readers start there. */
export function PageHead(props: { readonly title: string; readonly children?: ComponentChildren }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!firstPage) ref.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  const { appName } = texts.value;
  useEffect(() => {
    document.title = `${props.title} – ${appName}`;
  }, [props.title, appName]);
  return (
    <div class="page-head">
      <h1 ref={ref} tabIndex={-1}>
        {props.title}
      </h1>
      <div class="actions">{props.children}</div>
    </div>
  );
}
