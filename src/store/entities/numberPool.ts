import { EntitySchema } from "typeorm";

/** Proxy numbers that the trunk routes here, given out to real numbers. */
export interface NumberPoolRow {
  id: number;
  name: string;
  /** 1 for the pool that is used where none is named, else null; unique, so there is at most one. */
  isDefault: number | null;
  enabled: number;
  label: string | null;
  /** ISO 3166, e.g. `RU`. */
  country: string | null;
  callerIdPolicy: string | null;
  callerIdNumber: string | null;
  /** How long a released number rests before it is given to somebody else. */
  quarantineSeconds: number;
  /** Numbers in all. */
  size: string;
  /** Numbers that are blocked and in no mapping. */
  blocked: string;
  /** A pool that runs out sooner than this is warned of. */
  warningDays: number;
  createdAt: Date;
  updatedAt: Date;
}

export const NumberPool = new EntitySchema<NumberPoolRow>({
  name: "NumberPool",
  tableName: "number_pools",
  columns: {
    id: { type: "int", primary: true, generated: "increment" },
    name: { type: "varchar", length: 100, unique: true },
    isDefault: { name: "is_default", type: "int", nullable: true, unique: true },
    enabled: { type: "int", default: 1 },
    label: { type: "varchar", length: 200, nullable: true },
    country: { type: "varchar", length: 2, nullable: true },
    callerIdPolicy: { name: "caller_id_policy", type: "varchar", length: 16, nullable: true },
    callerIdNumber: { name: "caller_id_number", type: "varchar", length: 20, nullable: true },
    quarantineSeconds: { name: "quarantine_seconds", type: "int" },
    size: { type: "bigint", default: 0 },
    blocked: { type: "bigint", default: 0 },
    warningDays: { name: "warning_days", type: "int", default: 14 },
    createdAt: { name: "created_at", type: "datetime", precision: 3 },
    updatedAt: { name: "updated_at", type: "datetime", precision: 3 },
  },
});
