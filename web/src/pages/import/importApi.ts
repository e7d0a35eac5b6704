import { addressOf, api } from "../../api/client.ts";
import type {
  Import,
  ImportPage,
  ImportRow,
  ImportRowPage,
  ImportRowSearch,
  PreviewChoices,
  UploadedImport,
} from "../../api/client.ts";
import { language } from "../../i18n/index.ts";
import { problemOfAnswer, unreachable } from "../../net/problem.ts";

export type ImportJob = Import;
export type RowKind = ImportRow["kind"];
/** Filters for the rows of an import. */
export type RowQuery = Pick<ImportRowSearch, "kind" | "code" | "text">;

const workingStates: ReadonlySet<string> = new Set(["previewing", "running", "undoing"]);
export const isWorking = ({ state }: Pick<Import, "state">): boolean => workingStates.has(state);

/** Requests messages in the language of the pages, which may differ from the browser's. */
const inLanguage = () => ({ lang: language.peek() });

/** The requests of the import pages. They reject with errors that `toProblem` accepts. */
export const importsApi = {
  get: (id: string, signal: AbortSignal): Promise<Import> => api.getImport(id, inLanguage(), { signal }),
  /** Without discarded previews. */
  list: (
    { after, limit }: { readonly after: string | null; readonly limit: number },
    signal: AbortSignal,
  ): Promise<ImportPage> =>
    api.listImports(
      { ...(after !== null && { after: Number(after) }), limit, discarded: "false", ...inLanguage() },
      { signal },
    ),
  preview: (id: number, choices: PreviewChoices): Promise<Import> =>
    api.previewImport(String(id), choices, { wait: 0, ...inLanguage() }),
  commit: (id: number): Promise<Import> => api.commitImport(String(id), { wait: 0, ...inLanguage() }),
  cancel: (id: number): Promise<Import> => api.cancelImport(String(id), { wait: 0, ...inLanguage() }),
  undo: (id: number): Promise<Import> => api.undoImport(String(id), { wait: 0, ...inLanguage() }),
  rows: (
    id: number,
    query: RowQuery,
    { after, limit }: { readonly after: string | null; readonly limit: number },
    signal: AbortSignal,
  ): Promise<ImportRowPage> =>
    api.searchImportRows(
      String(id),
      { ...query, ...(after !== null && { after: Number(after) }), limit, ...inLanguage() },
      { signal },
    ),
  resultAddress: (id: number, only: "all" | "problems"): string =>
    addressOf(`/imports/${id}/result`, { delimiter: "semicolon", only, ...inLanguage() }),
};

const uploadQuery: NonNullable<Parameters<typeof api.upload>[1]> = { dryRun: "true", wait: 0 };

interface UploadOptions {
  readonly file: File;
  /** Called during the upload with the share sent so far, from 0 to 1. */
  readonly onSent: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * `api.upload` with progress, which `fetch` does not report for request bodies. Only creates a preview: no number is
 * stored yet. Rejects with a `Problem` or the signal's reason.
 */
export function sendFile({ file, onSent, signal }: UploadOptions): Promise<UploadedImport> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressOf("/upload", { ...uploadQuery }));
    request.setRequestHeader("Accept-Language", language.peek());
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) onSent(total === 0 ? 1 : loaded / total);
    });
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      if (status === 200 || status === 202) {
        const uploaded: UploadedImport = JSON.parse(responseText);
        resolve(uploaded);
      } else reject(problemOfAnswer(status, responseText, request.getResponseHeader("Retry-After")));
    });
    request.addEventListener("error", () => reject(unreachable(null)));
    request.addEventListener("abort", () => reject(signal.reason));
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.set("file", file);
    request.send(form);
  });
}
