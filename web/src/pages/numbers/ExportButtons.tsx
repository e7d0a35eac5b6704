import { texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { postDownload } from "../../net/postDownload.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { MappingQuery } from "../../api/client.ts";
import { conditionsOf } from "./numberFilter.ts";

/** Exports all results as files that can be imported again. */
export function ExportButtons(props: {
  readonly query: MappingQuery;
  readonly onRefusal: (problem: Problem | null) => void;
}) {
  const words = texts.value.numbers;
  const save = (path: string, more: Readonly<Record<string, string>>) => (): void => {
    props.onRefusal(null);
    postDownload(path, { ...conditionsOf(props.query), ...more }, props.onRefusal);
  };
  return (
    <>
      <button type="button" class="button" onClick={save("/export/csv", { delimiter: "semicolon" })}>
        <Icon name="download" size={16} />
        {words.export}
      </button>
      <button type="button" class="button" onClick={save("/export/xlsx", {})}>
        <Icon name="download" size={16} />
        {words.exportWorkbook}
      </button>
    </>
  );
}
