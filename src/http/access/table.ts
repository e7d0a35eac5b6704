import type { AuditAction } from "../../access/types.ts";
import type { Permission } from "../../access/rules/rights.ts";

/**
 * `public`: everybody, signed in or not. `signedIn`: any person or program that is known. `person`: somebody
 * with a session, for what concerns the own account.
 */
export type Requirement = "public" | "probe" | "signedIn" | "person" | Permission;

export interface RouteRule {
  readonly requires: Requirement;
  /** What the audit log says of it; null: it changes nothing and gives nothing away beyond what pages show. */
  readonly audit: AuditAction | null;
  /** The route tries passwords or links, so that it has the limit of sign-ins. */
  readonly guessable?: true;
}

const rule = (requires: Requirement, audit: AuditAction | null = null): RouteRule => ({ requires, audit });
const guessable = (requires: Requirement, audit: AuditAction | null = null): RouteRule => ({
  requires,
  audit,
  guessable: true,
});

/**
 * What each route asks for. A route that is not in here is refused to everybody, and a test fails.
 * `:name` stands for one part of the path, `*rest` for all that follow.
 */
export const accessTable: Readonly<Record<string, RouteRule>> = {
  // The pages themselves hold no data; what they show comes from the routes below.
  "GET /": rule("public"),
  "GET /app": rule("public"),
  "GET /app/*rest": rule("public"),
  "GET /assets/:name": rule("public"),
  "GET /icon.svg": rule("public"),
  "GET /theme.js": rule("public"),
  "GET /health": rule("probe"),
  "GET /system": rule("system.read"),
  "GET /metrics": rule("system.read"),
  "GET /openapi.json": rule("signedIn"),
  "GET /docs": rule("signedIn"),
  "GET /docs/start.js": rule("signedIn"),
  "GET /docs/:file": rule("signedIn"),

  "GET /mappings": rule("numbers.read"),
  "POST /mappings/search": rule("numbers.read"),
  "POST /mappings/bulk": rule("numbers.write", "change"),
  "GET /mappings/:id": rule("numbers.read"),
  "GET /mappings/:id/history": rule("numbers.read"),
  "PATCH /mappings/:id": rule("numbers.write", "change"),
  "DELETE /mappings/:id": rule("numbers.write", "delete"),
  "POST /mappings/:id/reveal": rule("numbers.reveal", "reveal"),
  "POST /upload": rule("numbers.write", "upload"),
  "GET /export/csv": rule("numbers.export", "export"),
  "GET /export/xlsx": rule("numbers.export", "export"),
  "POST /export/csv": rule("numbers.export", "export"),
  "POST /export/xlsx": rule("numbers.export", "export"),
  // An import shows the real numbers as they were written in its file.
  "GET /imports": rule("numbers.read"),
  "GET /imports/:id": rule("numbers.real"),
  "GET /imports/:id/result.csv": rule("numbers.real", "export"),
  "GET /imports/:id/rows": rule("numbers.real"),
  "POST /imports/:id/rows/search": rule("numbers.real"),
  "POST /imports/:id/preview": rule("numbers.write", "upload"),
  "POST /imports/:id/commit": rule("numbers.write", "upload"),
  "POST /imports/:id/cancel": rule("numbers.write", "upload"),
  "POST /imports/:id/undo": rule("numbers.write", "delete"),
  "GET /pools": rule("numbers.read"),
  "POST /pools": rule("numbers.write", "change"),
  "GET /pools/:id": rule("numbers.read"),
  "PATCH /pools/:id": rule("numbers.write", "change"),
  "DELETE /pools/:id": rule("numbers.write", "delete"),
  "POST /pools/:id/extend": rule("numbers.write", "change"),
  "POST /pools/:id/shrink": rule("numbers.write", "change"),
  "POST /pools/:id/block": rule("numbers.write", "change"),
  "POST /pools/:id/unblock": rule("numbers.write", "change"),
  "GET /pools/:id/blocked": rule("numbers.read"),

  "GET /calls": rule("calls.read"),
  "POST /calls/search": rule("calls.read"),
  "GET /calls/export.csv": rule("calls.export", "export"),
  "POST /calls/export.csv": rule("calls.export", "export"),
  "GET /calls/:callId": rule("calls.read"),
  "POST /calls/:callId/hangup": rule("calls.hangup", "hang-up"),
  "POST /calls/:callId/reveal": rule("numbers.reveal", "reveal"),
  "GET /live": rule("live.watch"),
  "GET /stats/calls": rule("stats.read"),
  "GET /stats/numbers": rule("stats.read"),
  "GET /stats/api": rule("stats.read"),

  // These write their own entries: who signs in is known only afterwards.
  "GET /session": rule("public"),
  "POST /session": guessable("public"),
  "POST /set-up": guessable("public"),
  "POST /invitations": guessable("public"),
  "DELETE /session": rule("person", "sign-out"),
  "GET /roles": rule("signedIn"),
  "GET /account/sessions": rule("person"),
  "DELETE /account/sessions/:id": rule("person", "session.revoke"),
  "POST /account/sessions/end-others": rule("person", "session.revoke"),
  "PUT /account/password": guessable("person", "password"),
  "POST /account/totp": rule("person", "totp"),
  "POST /account/totp/confirm": guessable("person", "totp"),
  "POST /account/totp/stop": guessable("person", "totp"),

  "GET /users": rule("access.users"),
  "POST /users": rule("access.users", "user.create"),
  "GET /users/:id": rule("access.users"),
  "PATCH /users/:id": rule("access.users", "user.change"),
  "DELETE /users/:id": rule("access.users", "user.delete"),
  "POST /users/:id/invitation": rule("access.users", "user.change"),
  "DELETE /users/:id/totp": rule("access.users", "user.change"),
  "GET /sessions": rule("access.users"),
  "DELETE /sessions/:id": rule("access.users", "session.revoke"),
  "GET /api-keys": rule("access.keys"),
  "POST /api-keys": rule("access.keys", "key.create"),
  "DELETE /api-keys/:id": rule("access.keys", "key.revoke"),
  "GET /ip-rules": rule("access.rules"),
  "POST /ip-rules": rule("access.rules", "rule.create"),
  "DELETE /ip-rules/:id": rule("access.rules", "rule.delete"),
  "GET /audit": rule("audit.read"),
};
