import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "koa";
import { koaBody } from "koa-body";
import { actorOf } from "../../access/auditLog.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import type { Imports, ImportView } from "../../imports/job/imports.ts";
import { isWorking } from "../../imports/job/types.ts";
import { arrivalPrefix } from "../../imports/job/uploadFolders.ts";
import type { Utf8Counts } from "../../imports/reading/utf8Counter.ts";
import { readChoicesText } from "./choices.ts";
import { firstResults } from "./firstResults.ts";
import { CountedFile } from "./countedFile.ts";
import type { Answering } from "./answering.ts";
import { presentFile, presentImport, presentReading, presentRows } from "./present.ts";
import { failedImport } from "./problems.ts";
import { languageOf } from "../server/language.ts";
import { clientGone, HttpProblem } from "../server/problems.ts";
import { databaseAway, json, reply } from "../server/answers.ts";
import { countedRows } from "../server/shownNumbers.ts";
import { routesFor } from "../server/route.ts";
import { uploadedImport, uploadForm, uploadHeaders, uploadQuery } from "./schema.ts";

export interface UploadPorts {
  readonly imports: Imports;
  /** The folder of files until their import is done; created if missing. */
  readonly directory: string;
  readonly maxBytes: number;
  /** Name of this instance; other instances may use the same directory. */
  readonly node: string;
}

/** Fields of a multipart body beside the file. */
const maxEnvelopeBytes = 64 * 1024;

/** Printable and no longer than its column. */
const idempotencyKey = /^[\x20-\x7e]{1,200}$/;

const route = routesFor<UploadPorts>();

export const uploadRoute = route(
  {
    method: "POST",
    path: "/upload",
    may: "numbers.write",
    confirmsNumbers: true,
    audit: "upload",
    operationId: "upload",
    tags: ["Imports"],
    summary: "Upload a file with real numbers, CSV or .xlsx; each number gets its proxy number.",
    query: uploadQuery,
    headers: uploadHeaders,
    multipart: uploadForm,
    answers: {
      200: json("Done, or previewed.", uploadedImport),
      202: json("Still in progress when the wait was over.", uploadedImport),
    },
    refusals: {
      400: "No file, several files, a broken form, or invalid choices.",
      409: "There is no pool to take proxy numbers from, or it is not clear which; nothing was stored.",
      413: "The file is too large.",
      415: "Not a form, or not a file that can be read.",
      422: "No column with numbers, a choice that does not fit, or a reused Idempotency-Key.",
      ...databaseAway,
    },
  },
  async ({ query: { wait, dryRun, pool = null, column, existing }, ctx, viewer, note, ports }) => {
    const { imports, directory, maxBytes, node } = ports;
    const key = ctx.get("Idempotency-Key");
    if (key !== "" && !idempotencyKey.test(key)) throw keyInvalid();
    if (!ctx.is("multipart/form-data")) throw notMultipart();
    if ((ctx.request.length ?? 0) > maxBytes + maxEnvelopeBytes) throw tooLarge(maxBytes);
    // A folder for each upload, removed as a whole: whatever happens, no file with real numbers stays behind.
    const leaving = new AbortController();
    ctx.res.once("close", () => {
      if (!ctx.res.writableEnded) leaving.abort(clientGone());
    });
    const folder = await mkdtemp(join(directory, arrivalPrefix(node)));
    try {
      const file = await receive(ctx, folder, maxBytes, leaving.signal);
      const begun = await imports.create({
        ...file,
        choices: {
          ...readChoicesText(file.choices),
          ...(column !== undefined && { column }),
          ...(existing !== undefined && { existing }),
        },
        poolId: pool,
        dryRun,
        idempotencyKey: key === "" ? null : key,
        ...uploaderOf(viewer),
        left: leaving.signal,
      });
      const { existing: chosen = "leave" } = begun.description.choices;
      note({ target: { kind: "imports", id: String(begun.id) }, details: { dryRun, existing: chosen } });
      return await present({ ctx, imports, viewer }, await imports.settled(begun.id, wait * 1000), dryRun);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

function uploaderOf(viewer: Viewer) {
  const { kind, id, name } = actorOf(viewer);
  return id === null ? { uploader: kind } : { uploader: `${kind} ${id}`, uploaderName: name };
}

/** 202 while it is in progress; its rows once it is done; a problem if it failed. */
async function present({ ctx, imports, viewer }: Answering, view: ImportView, dryRun: boolean) {
  const language = languageOf(ctx);
  if (view.failure && (view.state === "failed" || view.state === "previewed"))
    throw new HttpProblem(failedImport(view, view.failure));
  // Its pool was paused before the first row was stored; the file is kept for a commit.
  if (view.state === "previewed" && !dryRun)
    throw new HttpProblem(failedImport(view, { code: "NO_POOL", afterRow: null }));
  ctx.set("Location", `/imports/${view.id}`);
  const rows =
    view.state === "done"
      ? await presentRows(countedRows(imports.result(view.id), viewer.shown), {
          language,
          timeZone: view.description.timeZone,
        })
      : {};
  return reply(isWorking(view.state) ? 202 : 200, {
    ...presentImport(view, language),
    ...presentReading(view, language, await firstResults(imports, view), viewer),
    file: presentFile(view),
    ...rows,
  });
}

interface ReceivedFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly hash: string;
  readonly utf8?: Utf8Counts;
  /** The field `choices`, as it came. */
  readonly choices: unknown;
}

async function receive(
  ctx: Context,
  folder: string,
  maxBytes: number,
  left: AbortSignal,
): Promise<ReceivedFile> {
  const arriving = new Map<string, CountedFile>();
  const read = koaBody({
    multipart: true,
    json: false,
    urlencoded: false,
    text: false,
    formidable: {
      uploadDir: folder,
      maxFileSize: maxBytes,
      maxTotalFileSize: maxBytes,
      maxFiles: 10,
      maxFieldsSize: maxEnvelopeBytes,
      maxFields: 20,
      allowEmptyFiles: true,
      minFileSize: 0,
      // The client's name for the file never becomes a path.
      filename: () => randomUUID(),
      // The file is read once, while it arrives: to store it, to hash it, and to detect its encoding.
      hashAlgorithm: "sha256",
      // A part with a file name is a file, whether or not it says of what type (RFC 7578, 4.2); so is the field `file`.
      onPart(part, handle) {
        const isFile = part.name === "file" || part.originalFilename !== null;
        part.mimetype = isFile ? (part.mimetype ?? "application/octet-stream") : null;
        handle(part);
      },
      fileWriteStreamHandler(file) {
        const path: unknown = file && Reflect.get(file, "filepath");
        if (typeof path !== "string") throw new Error("An uploaded file has no path.");
        const counted = new CountedFile(path);
        arriving.set(path, counted);
        return counted;
      },
    },
    onError: (error) => {
      throw broken(error, maxBytes);
    },
  });
  // The form does not notice a client that has left before it is read.
  const leaving = new Promise<never>((_, reject) => {
    if (left.aborted) reject(left.reason);
    left.addEventListener("abort", () => reject(left.reason), { once: true });
  });
  try {
    await Promise.race([leaving, read(ctx, async () => undefined)]);
  } finally {
    leaving.catch(() => undefined);
    for (const file of arriving.values()) if (!file.writableFinished) file.destroy();
  }
  const files = ctx.request.files?.["file"];
  if (files === undefined) {
    throw new HttpProblem({
      status: 400,
      code: "FILE_MISSING",
      detail: "The form has no file in the field `file`.",
      remedy: "Send the file as `file`, for example: curl -F file=@numbers.csv …/upload",
    });
  }
  if (Array.isArray(files)) {
    throw new HttpProblem({
      status: 400,
      code: "SEVERAL_FILES",
      detail: "The form has more than one file in the field `file`.",
      remedy: "Upload one file at a time.",
    });
  }
  const utf8 = arriving.get(files.filepath)?.utf8 ?? null;
  const body: unknown = ctx.request.body;
  const choices: unknown =
    typeof body === "object" && body !== null ? Reflect.get(body, "choices") : undefined;
  return {
    path: files.filepath,
    name: plainName(files.originalFilename),
    bytes: files.size,
    hash: files.hash ?? "",
    ...(utf8 !== null && { utf8 }),
    choices,
  };
}

/** To be shown, never used as a path: without folders and unseen characters. */
function plainName(name: string | null): string {
  const plain = (name ?? "")
    .replace(/^.*[\\/]/s, "")
    .replaceAll(/\p{C}/gu, "")
    .trim();
  return plain === "" ? "file" : plain;
}

const keyInvalid = (): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "IDEMPOTENCY_KEY_INVALID",
    detail: "The Idempotency-Key must be 1 to 200 printable ASCII characters.",
    remedy: "Use a random UUID, a new one for each file.",
  });

function notMultipart(): HttpProblem {
  return new HttpProblem({
    status: 415,
    code: "NOT_MULTIPART",
    detail: "Files are uploaded as multipart/form-data.",
    remedy: "Send the file in a form, for example: curl -F file=@numbers.csv …/upload",
  });
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem({
    status: 413,
    code: "UPLOAD_TOO_LARGE",
    detail: `The file is larger than ${maxBytes} bytes.`,
    remedy: "Split the file, or ask the operator to raise UPLOAD_MAX_BYTES.",
    members: { maxBytes },
  });
}

function broken(error: Error, maxBytes: number): HttpProblem {
  if ("httpCode" in error && error.httpCode === 413) return tooLarge(maxBytes);
  return new HttpProblem({
    status: 400,
    code: "UPLOAD_BROKEN",
    detail: "The upload ended early or is not a proper form.",
    remedy: "Upload the file again.",
    cause: error,
  });
}
