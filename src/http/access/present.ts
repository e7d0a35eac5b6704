import type { ApiKey, AuditRecord, IpRule, Session, User } from "../../access/types.ts";
import { isoTime } from "../server/presenters.ts";

const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : isoTime(atMs));

export const presentUser = ({ lastSignInAtMs, createdAtMs, ...user }: User) => ({
  ...user,
  lastSignInAt: isoOrNull(lastSignInAtMs),
  createdAt: isoTime(createdAtMs),
});

/** `currentId`: the session of the request. */
export const presentSession = (session: Session, currentId: number | null) => ({
  id: session.id,
  userId: session.userId,
  username: session.username,
  current: session.id === currentId,
  address: session.address,
  userAgent: session.userAgent,
  createdAt: isoTime(session.createdAtMs),
  lastSeenAt: isoTime(session.lastSeenAtMs),
  expiresAt: isoTime(session.expiresAtMs),
});

export const presentKey = ({ expiresAtMs, lastUsedAtMs, revokedAtMs, createdAtMs, ...key }: ApiKey) => ({
  ...key,
  expiresAt: isoOrNull(expiresAtMs),
  lastUsedAt: isoOrNull(lastUsedAtMs),
  revokedAt: isoOrNull(revokedAtMs),
  createdAt: isoTime(createdAtMs),
});

export const presentRule = ({ createdAtMs, ...rule }: IpRule) => ({
  ...rule,
  createdAt: isoTime(createdAtMs),
});

export const presentAudit = ({ atMs, ...record }: AuditRecord) => ({ ...record, at: isoTime(atMs) });
