import type { IncomingMessage } from "node:http";
import type { AuditEvent, AuditTarget } from "../../access/types.ts";
import type { Viewer } from "../../access/rules/rights.ts";

/** What is known of a request beside its content. */
interface RequestNotes {
  viewer: Viewer;
  target: AuditTarget | null;
  details: AuditEvent["details"];
}

const notes = new WeakMap<IncomingMessage, RequestNotes>();

type WithRequest = { readonly req: IncomingMessage };

export function setViewer({ req }: WithRequest, viewer: Viewer): void {
  notes.set(req, { viewer, target: null, details: null });
}

/** On whose behalf the request is answered. */
export function viewerOf({ req }: WithRequest): Viewer {
  return notesOf(req).viewer;
}

/**
 * What the audit log is to say of this request beside its route. Never a phone number: numbers are named by the
 * id of their mapping.
 */
export function noteForAudit(
  { req }: WithRequest,
  note: { readonly target?: AuditTarget; readonly details?: NonNullable<AuditEvent["details"]> },
): void {
  const known = notesOf(req);
  if (note.target !== undefined) known.target = note.target;
  if (note.details !== undefined) known.details = { ...known.details, ...note.details };
}

export function auditNoteOf({ req }: WithRequest): Pick<RequestNotes, "target" | "details"> {
  return notesOf(req);
}

function notesOf(req: IncomingMessage): RequestNotes {
  const found = notes.get(req);
  // Taking nobody for somebody would show what must not be seen.
  if (found === undefined) throw new Error("A request was not asked who sends it.");
  return found;
}
