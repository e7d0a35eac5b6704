import { Shared1764000000001 } from "./1764000000001-shared.ts";
import { Access1764000000002 } from "./1764000000002-access.ts";
import { Numbers1764000000003 } from "./1764000000003-numbers.ts";
import { Mappings1764000000004 } from "./1764000000004-mappings.ts";
import { Imports1764000000005 } from "./1764000000005-imports.ts";
import { Calls1764000000006 } from "./1764000000006-calls.ts";

/**
 * In the order in which they run. A migration that has been released is never changed, only followed.
 *
 * MySQL commits every statement that defines something, so a migration that is cut short has done part of its
 * work: each of them can begin again.
 */
export const migrations = [
  Shared1764000000001,
  Access1764000000002,
  Numbers1764000000003,
  Mappings1764000000004,
  Imports1764000000005,
  Calls1764000000006,
] as const;
