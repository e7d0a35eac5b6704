import { problemOfAnswer, unreachable } from "../../net/problem.ts";

export type RowKind = "created" | "existing" | "duplicate" | "rejected" | "skipped";

export interface ResultRow {
  readonly row: string;
  readonly kind: RowKind;
  readonly input: string;
  readonly realNumber: string;
  readonly proxyNumber: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface ShownRows {
  readonly rows: readonly ResultRow[];
  /** The file has more; all of it is in the download. */
  readonly cut: boolean;
}

/** Cells of a line of CSV, with quotes; the server never breaks a line within a cell that we show. */
export function cellsOf(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const char = line[index] ?? "";
    if (quoted) {
      if (char !== '"') cell += char;
      else if (line[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === delimiter) {
      cells.push(cell);
      cell = "";
    } else cell += char;
  }
  return [...cells, cell];
}

function kindOf(code: string): RowKind {
  if (code === "CREATED") return "created";
  if (code === "EXISTING") return "existing";
  if (code === "DUPLICATE_IN_FILE") return "duplicate";
  return code === "HEADER" || code === "BLANK_ROW" ? "skipped" : "rejected";
}

function rowOf(line: string): ResultRow {
  const [row = "", input = "", realNumber = "", proxyNumber = "", code = "", message = "", remedy = ""] =
    cellsOf(line, ";");
  // The apostrophe is for spreadsheets, which would run what looks like a formula.
  const shown = /^'[=+\-@]/.test(input) ? input.slice(1) : input;
  return { row, kind: kindOf(code), input: shown, realNumber, proxyNumber, code, message, remedy };
}

/** Reads the result as far as anybody would scroll, and leaves the rest to the download. */
export async function readResult(address: string, most: number, signal: AbortSignal): Promise<ShownRows> {
  const stopping = new AbortController();
  let response: Response;
  try {
    response = await fetch(address, { signal: AbortSignal.any([signal, stopping.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(error);
  }
  if (!response.ok || response.body === null)
    throw problemOfAnswer(response.status, await response.text(), response.headers.get("Retry-After"));
  const rows: ResultRow[] = [];
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let header = true;
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\r\n");
    rest = done ? "" : (lines.pop() ?? "");
    for (const line of lines) {
      if (header) header = false;
      else if (line !== "") rows.push(rowOf(line));
    }
    if (done) return { rows, cut: false };
    if (rows.length >= most) {
      stopping.abort();
      return { rows: rows.slice(0, most), cut: true };
    }
  }
}
