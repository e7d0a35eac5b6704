import type { ErasureReport } from "../api/client.ts";

export const en = {
  title: "Report or erase a number",
  intro:
    "Enter the number of a person who asks what data you hold, or asks you to erase it. The audit log records both, without the number.",
  number: "Phone number",
  numberHint: "In any format. Callers without a proxy number are found, too.",
  report: "Show stored data",
  working: "Searching all instances…",
  reportTitle: "Stored data",
  erasedTitle: "Erased data",
  nothing: "No data is stored about this number.",
  nothingErased: "There was nothing to erase.",
  places: {
    mappings: "Numbers with a proxy number",
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
    "The number is removed from everything listed here and from the copies on all instances, with its label and reference. Its proxy number is released and quarantined. A call in progress goes on and is recorded without the number. You cannot undo this.",
  done: "The number has been erased.",
  doneText: "Only the copies below remain until they expire.",
  incomplete: "The number has not been erased everywhere yet.",
  incompleteText: "Erase it again later; repeating this is safe. The log of the instance shows the reason.",
  silent: "Could not be reached: {nodes}. Start these instances and erase the number again.",
  proxy: "It is also one of your proxy numbers, and remains one.",
  remainsTitle: "Earlier copies",
  remains: {
    binaryLog: "MySQL's binary log",
    backups: "Backups",
  } satisfies Record<ErasureReport["remains"][number]["where"], string>,
  until: "expire by {at}",
  untilUnknown: "kept for a time that phone-proxy does not know",
};

export type PrivacyMessages = typeof en;
