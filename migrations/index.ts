import { Shared1764000000001 } from "./1764000000001-shared.ts";
import { Access1764000000002 } from "./1764000000002-access.ts";
import { Numbers1764000000003 } from "./1764000000003-numbers.ts";
import { Mappings1764000000004 } from "./1764000000004-mappings.ts";
import { Imports1764000000005 } from "./1764000000005-imports.ts";
import { Calls1764000000006 } from "./1764000000006-calls.ts";
import { UndoUpdates1764000000007 } from "./1764000000007-undo-updates.ts";
import { Privacy1764000000008 } from "./1764000000008-privacy.ts";
import { Search1764000000009 } from "./1764000000009-search.ts";
import { AuditChanges1764000000010 } from "./1764000000010-audit-changes.ts";
import { Replicas1764000000011 } from "./1764000000011-replicas.ts";

/**
 * In the order in which they run. A released migration is never changed, only followed by another.
 *
 * MySQL commits every DDL statement, so an interrupted migration is half done: each of them can be repeated.
 */
export const migrations = [
  Shared1764000000001,
  Access1764000000002,
  Numbers1764000000003,
  Mappings1764000000004,
  Imports1764000000005,
  Calls1764000000006,
  UndoUpdates1764000000007,
  Privacy1764000000008,
  Search1764000000009,
  AuditChanges1764000000010,
  Replicas1764000000011,
] as const;
