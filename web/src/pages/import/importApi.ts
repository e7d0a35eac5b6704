import type { ImportCode } from "../../../../src/domain/importCodes.ts";
import type { ImportField } from "../../../../src/domain/importRow.ts";
import type {
  ImportCounts,
  ImportPreview,
  ImportState,
  ImportUndo,
} from "../../../../src/imports/job/types.ts";
import type { ColumnDescription, FileSource, ReadingChoices } from "../../../../src/imports/reading/types.ts";
import { language } from "../../i18n/index.ts";
import { problemOfAnswer, unreachable } from "../../net/problem.ts";

interface CodeText {
  readonly code: ImportCode;
  readonly message: string;
  readonly remedy: string;
}

export interface FirstRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly stored: {
    readonly realNumber: string;
    readonly label: string | null;
    readonly reference: string | null;
    readonly expiresAt: string | null;
    readonly pool: string | null;
  } | null;
  readonly refusal: (CodeText & { readonly field: ImportField | null }) | null;
}

/** An import in a list. */
export interface ImportSummary {
  readonly id: number;
  readonly state: ImportState;
  readonly waitingFor: "database" | "runner" | null;
  readonly fileName: string;
  readonly fileBytes: number;
  /** 0 to 1. */
  readonly progress: number;
  readonly rowsPerSecond: number | null;
  readonly remainingMs: number | null;
  readonly counts: ImportCounts;
  readonly preview: ImportPreview | null;
  readonly failure: { readonly code: string; readonly message: string; readonly remedy: string } | null;
  readonly undo: ImportUndo | null;
  readonly createdAt: string;
}

export interface ImportJob extends ImportSummary {
  readonly reading: {
    readonly source: FileSource;
    readonly headerRow: number | null;
    readonly columns: readonly ColumnDescription[];
    readonly estimatedRows: number | null;
  };
  readonly notices: readonly CodeText[];
  readonly firstRows: readonly FirstRow[];
  readonly keptMappings?: readonly {
    readonly id: number;
    readonly proxyNumber: string;
    readonly realNumber: string;
  }[];
}

export const isWorking = (state: ImportState): boolean =>
  ["previewing", "running", "cancelling", "undoing"].includes(state);

async function ask<Answer>(path: string, signal: AbortSignal | null, body?: unknown): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      ...(body !== undefined && {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
      ...(signal !== null && { signal }),
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(error);
  }
  if (!response.ok) throw problemOfAnswer(response.status, text, response.headers.get("Retry-After"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server, of the same version
  return JSON.parse(text) as Answer;
}

export const importsApi = {
  get: (id: string, signal: AbortSignal): Promise<ImportJob> =>
    ask(`/imports/${encodeURIComponent(id)}?lang=${language.peek()}`, signal),
  list: (signal: AbortSignal): Promise<{ readonly items: readonly ImportSummary[] }> =>
    ask(`/imports?limit=10&lang=${language.peek()}`, signal),
  preview: (id: number, choices: ReadingChoices): Promise<ImportJob> =>
    ask(`/imports/${id}/preview?lang=${language.peek()}`, null, choices),
  act: (id: number, action: "commit" | "cancel" | "undo"): Promise<ImportJob> =>
    ask(`/imports/${id}/${action}?lang=${language.peek()}`, null, {}),
  resultAddress: (id: number, only: "all" | "problems"): string =>
    `/imports/${id}/result.csv?delimiter=semicolon&only=${only}&lang=${language.peek()}`,
};

export interface UploadOptions {
  readonly file: File;
  /** 0 to 1, while the file is on its way. */
  readonly onSent: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends the file to be looked at; nothing is stored of its numbers yet. `fetch` cannot tell how much of a body
 * has gone. Resolves to the id of the import; rejects with a `Problem` or the signal's reason.
 */
export function sendFile({ file, onSent, signal }: UploadOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/upload?dryRun=true&wait=0");
    request.setRequestHeader("Accept-Language", language.peek());
    request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) onSent(total === 0 ? 1 : loaded / total);
    });
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      if (status === 200 || status === 202) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server, of the same version
        resolve((JSON.parse(responseText) as ImportSummary).id);
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
