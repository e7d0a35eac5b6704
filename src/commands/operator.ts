import { userInfo } from "node:os";
import type { Actor } from "../access/rules/rights.ts";

/** The account that runs a command, also behind sudo, as the actor in the audit log. */
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
