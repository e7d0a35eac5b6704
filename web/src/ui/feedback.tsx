import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { fill, texts } from "../i18n/index.ts";
import { toProblem } from "../net/problem.ts";
import type { Problem } from "../net/problem.ts";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./Icon.tsx";

export type Tone = "ok" | "warn" | "bad" | "accent" | "calm";

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class="badge" data-tone={tone}>
      {children}
    </span>
  );
}

/** An empty state that explains why and offers the next step. */
export function Empty(props: {
  readonly icon: IconName;
  /** Not where the page's own title says it. */
  readonly title?: string;
  readonly text?: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Icon name={props.icon} />
      {props.title !== undefined && <h2>{props.title}</h2>}
      {props.text !== undefined && <p>{props.text}</p>}
      {props.children}
    </div>
  );
}

export function Loading() {
  return (
    <div class="empty" role="status">
      <span class="spinner" aria-busy="true" aria-hidden="true" />
      <p>{texts.value.common.loading}</p>
    </div>
  );
}

interface NoticeProps {
  readonly tone: "bad" | "warn" | "ok";
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
}

export function Notice({ tone, title, children, action }: NoticeProps) {
  return (
    <div class="notice" data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={tone === "ok" ? "check" : "warning"} />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
      {action}
    </div>
  );
}

type ProblemWords = Readonly<Record<string, string>>;
const broughtAlong: (() => ProblemWords)[] = [];

/** Lazily loaded pages register texts for the codes that only they can meet. */
export function knowProblems(words: () => ProblemWords): void {
  broughtAlong.push(words);
}

/** An error in the viewer's language if the code is known, and what to do. */
export function wordsOf(problem: Problem): { readonly title: string; readonly remedy: string | null } {
  const { problems } = texts.value;
  if (problem.code === "UNREACHABLE") return { title: problems.network, remedy: problems.networkRemedy };
  const known: ProblemWords = Object.assign({}, problems, ...broughtAlong.map((words) => words()));
  return {
    title: known[problem.code] ?? problem.message,
    remedy: known[`${problem.code}_remedy`] ?? problem.remedy,
  };
}

export function ProblemNotice(props: {
  readonly problem: Problem;
  readonly retry?: () => void;
  /** For a `retry` that does something else, which helps. */
  readonly retryLabel?: string;
}) {
  const { problem, retry, retryLabel } = props;
  const { title, remedy } = wordsOf(problem);
  const { problems, common } = texts.value;
  return (
    <Notice
      tone={problem.passing ? "warn" : "bad"}
      title={title}
      action={
        // The same request would be refused again.
        retry !== undefined &&
        (problem.status !== 400 || retryLabel !== undefined) && (
          <button type="button" class="button" onClick={retry}>
            {retryLabel ?? common.retry}
          </button>
        )
      }
    >
      {remedy !== null && <p>{remedy}</p>}
      {problem.status !== 0 && (
        <details class="muted">
          <summary>{problems.details}</summary>
          {fill(problems.code, { code: problem.code })}
        </details>
      )}
    </Notice>
  );
}

/**
 * The action of a notification's button. It may be pressed on another page, so the notification shows why it failed.
 */
export type Undo = () => Promise<unknown>;

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo: Undo | undefined;
}

const toasts = signal<readonly Toast[]>([]);
let lastToast = 0;
const shownMs = 4000;
/** Long enough to notice a mistake and to reach the button. */
const undoShownMs = 12_000;

function remove(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Shows a short notification; with `undo`, a longer one with a button. */
/** Only the last change can be undone here: an older one may have been built upon. */
export function toast(text: string, undo?: Undo): void {
  lastToast += 1;
  const id = lastToast;
  const others = undo === undefined ? toasts.value : toasts.value.filter((one) => one.undo === undefined);
  toasts.value = [...others, { id, text, undo }];
  const end = (): void => {
    // Not under the pointer or the focus that is on its way to the button. A finger leaves :hover behind.
    const held = matchMedia("(hover: hover)").matches ? ":is(:hover, :focus-within)" : ":focus-within";
    if (document.querySelector(`[data-toast="${id}"]${held}`) === null) remove(id);
    else setTimeout(end, shownMs);
  };
  setTimeout(end, undo === undefined ? shownMs : undoShownMs);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, undo }) => (
        <div key={id} class="toast" data-toast={id}>
          {text}
          {undo !== undefined && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                remove(id);
                undo().catch((error: unknown) => toast(wordsOf(toProblem(error)).title));
              }}
            >
              {texts.value.common.undo}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
