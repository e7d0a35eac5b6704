import { userInfo } from "node:os";
import type { Actor } from "../access/rules/rights.ts";

/** Who runs a command, for the audit log: the account on this machine, also behind sudo. */
export function operator(environment: Readonly<Record<string, string | undefined>> = process.env): Actor {
  return { kind: "command", id: null, name: environment["SUDO_USER"] ?? accountName() };
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run with a user ID that has no name.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
