import type { EntitySchema } from "typeorm";
import {
  ApiKey,
  AuditChange,
  AuditEntry,
  IpRule,
  OneTimeLink,
  Session,
  SignInAddress,
  SignInFailure,
  User,
} from "./access.ts";
import { CallLog, CallNumberDay, CallPeak, CallStat, CallTrunkStat } from "./calls.ts";
import { Import, ImportResult } from "./imports.ts";
import { BulkChange, BulkChangedMapping, MappingChange, PhoneMapping } from "./mappings.ts";
import {
  BlockedNumber,
  ListedNumber,
  MappingCount,
  NumberHole,
  NumberPool,
  NumberRange,
  PoolUsage,
  RestedNumber,
} from "./numbers.ts";
import { Erasure, RetentionRun } from "./privacy.ts";
import { Heartbeat, Lock, Secret } from "./shared.ts";

/** Every table. `npm run migrate:check` compares them with the result of the migrations. */
const tables = [
  Lock,
  Secret,
  Heartbeat,
  User,
  Session,
  SignInAddress,
  SignInFailure,
  OneTimeLink,
  ApiKey,
  IpRule,
  AuditEntry,
  AuditChange,
  NumberPool,
  NumberRange,
  ListedNumber,
  NumberHole,
  RestedNumber,
  BlockedNumber,
  MappingCount,
  PoolUsage,
  PhoneMapping,
  BulkChange,
  BulkChangedMapping,
  MappingChange,
  Import,
  ImportResult,
  CallLog,
  CallStat,
  CallNumberDay,
  CallTrunkStat,
  CallPeak,
  Erasure,
  RetentionRun,
] as const;

export const entitiesOn = (kind: "mysql" | "sqlite"): EntitySchema<unknown>[] =>
  tables.map((table): EntitySchema<unknown> => table.on(kind));
