import type { ComponentChildren } from "preact";
import { texts } from "../i18n/index.ts";
import { Empty } from "./feedback.tsx";
import type { IconName } from "./Icon.tsx";
import { type ListPage, ToFirstPage } from "./paging.tsx";

/** In place of a list without rows: why it is empty, and what to do. */
export function EmptyList(props: {
  readonly icon: IconName;
  readonly words: Readonly<Record<"emptyTitle" | "emptyText" | "noMatchTitle" | "noMatchText", string>>;
  readonly page: ListPage;
  readonly filtered: boolean;
  readonly onClear: () => void;
  /** What to do if nothing is filtered out. */
  readonly children?: ComponentChildren;
}) {
  const { icon, words, page, filtered, onClear, children } = props;
  return (
    <Empty
      icon={icon}
      title={filtered ? words.noMatchTitle : words.emptyTitle}
      text={filtered ? words.noMatchText : words.emptyText}
    >
      <ToFirstPage page={page} />
      {filtered ? (
        <button type="button" class="button" onClick={onClear}>
          {texts.value.common.clearFilters}
        </button>
      ) : (
        children
      )}
    </Empty>
  );
}
