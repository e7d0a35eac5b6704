import { texts } from "../../i18n/index.ts";
import { may } from "../../session.ts";
import { Empty } from "../../ui/feedback.tsx";
import { ToFirstPage } from "../../ui/paging.tsx";
import type { ListPage } from "../../ui/paging.tsx";

/** In place of an empty list: why it is empty, and what to do. */
export function NoNumbers(props: {
  readonly page: ListPage;
  readonly filtered: boolean;
  readonly onClear: () => void;
}) {
  const { page, filtered, onClear } = props;
  const words = texts.value.numbers;
  return (
    <Empty
      icon="numbers"
      title={filtered ? words.noMatchTitle : words.emptyTitle}
      text={filtered ? words.noMatchText : words.emptyText}
    >
      <ToFirstPage page={page} />
      {filtered && (
        <button type="button" class="button" onClick={onClear}>
          {texts.value.common.clearFilters}
        </button>
      )}
      {!filtered && may.value("numbers.write") && (
        <a class="button primary" href="/app/import">
          {words.emptyAction}
        </a>
      )}
    </Empty>
  );
}
