import type { ErasureReport } from "../api/client.ts";

export const en = {
  title: "Report or erase a number",
  intro:
    "Enter the number of a person who asks what you hold about them, or who asks you to erase it. Both are recorded in the audit log, without the number.",
  number: "Phone number",
  numberHint: "In any notation. It need not have a proxy number: callers are found, too.",
  report: "Show what is held",
  working: "Searching all instances…",
  reportTitle: "What is held",
  erasedTitle: "What was erased",
  nothing: "Nothing is held about this number.",
  nothingErased: "There was nothing to erase.",
  places: {
    mappings: "Mappings",
    labels: "Labels and references of other numbers",
    notes: "Labels of pools and notes of blocked numbers",
    callerIds: "Fixed caller IDs",
    calls: "Call records",
    importRows: "Stored rows of imports",
    sharedNotes: "Keys in Redis",
  } satisfies Record<keyof ErasureReport["findings"], string>,
  ofInstance: {
    spoolLines: "Spool of {node}",
    callFileLines: "Asterisk's call file at {node}",
    importFiles: "Uploaded files at {node}",
  },
  mappingOf: "number {id}",
  importOf: "import {id}",
  erase: "Erase this number",
  eraseTitle: "Erase this number?",
  eraseText:
    "The number is removed from everything listed here and from the copies on all instances, with the labels and references of its mappings. Its proxy number is released and quarantined. A call in progress goes on and is recorded without the number. You cannot undo this.",
  done: "The number is erased.",
  doneText: "Only the copies listed below are left, until they expire.",
  incomplete: "The number is not erased everywhere yet.",
  incompleteText:
    "Erase it again later: this does no harm. The log of the instance says what was in the way.",
  silent: "Could not be reached: {nodes}. Start these instances, and erase the number again.",
  proxy: "It is also one of your proxy numbers, and stays in this role.",
  remainsTitle: "Copies from before",
  remains: {
    binaryLog: "MySQL's binary log",
    backups: "Backups",
  } satisfies Record<ErasureReport["remains"][number]["where"], string>,
  until: "expire by {at}",
  untilUnknown: "kept for as long as you have set up; the application does not know",
};

export type PrivacyMessages = typeof en;
