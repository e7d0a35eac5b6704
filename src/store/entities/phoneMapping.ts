import { EntitySchema } from "typeorm";
import type { MappingState } from "../../domain/mapping.ts";
import type { PhoneNumber } from "../../domain/phoneNumber.ts";

/**
 * One proxy number that is or was given out. The row outlives its real number: on release `real_phone`
 * becomes null, which frees the real number for a new proxy number, and `released_real_phone` remembers it.
 */
export interface PhoneMappingRow {
  id: number;
  realPhone: PhoneNumber | null;
  fakePhone: PhoneNumber;
  state: MappingState;
  expiresAt: Date | null;
  /** `proxy`, `caller`, `fixed` or `anonymous`; null: the trunk's policy. */
  callerIdPolicy: string | null;
  /** The number to show when the policy is `fixed`. */
  callerIdNumber: PhoneNumber | null;
  poolId: number | null;
  importId: number | null;
  label: string | null;
  reference: string | null;
  releasedRealPhone: PhoneNumber | null;
  /** From here on the number rests, for as long as its pool says. */
  releasedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const PhoneMapping = new EntitySchema<PhoneMappingRow>({
  name: "PhoneMapping",
  tableName: "phone_mappings",
  columns: {
    id: { type: "int", primary: true, generated: "increment" },
    realPhone: { name: "real_phone", type: "varchar", length: 20, nullable: true, unique: true },
    fakePhone: { name: "fake_phone", type: "varchar", length: 20, unique: true },
    state: { type: "varchar", length: 16, default: "active" },
    expiresAt: { name: "expires_at", type: "datetime", precision: 3, nullable: true },
    callerIdPolicy: { name: "caller_id_policy", type: "varchar", length: 16, nullable: true },
    callerIdNumber: { name: "caller_id_number", type: "varchar", length: 20, nullable: true },
    poolId: { name: "pool_id", type: "int", nullable: true },
    importId: { name: "import_id", type: "int", nullable: true },
    label: { type: "varchar", length: 200, nullable: true },
    reference: { type: "varchar", length: 200, nullable: true },
    releasedRealPhone: { name: "released_real_phone", type: "varchar", length: 20, nullable: true },
    releasedAt: { name: "released_at", type: "datetime", precision: 3, nullable: true },
    createdAt: { name: "created_at", type: "datetime", precision: 3 },
    updatedAt: { name: "updated_at", type: "datetime", precision: 3 },
  },
});
