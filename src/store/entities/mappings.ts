import type { MappingState } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { nullable, primary, TableSchema } from "./table.ts";

/**
 * One proxy number that is or was assigned. The row outlives its real number: on release `real_phone` becomes null, which
 * frees the real number for a new proxy number, and `released_real_phone` remembers it.
 */
export interface PhoneMappingRow {
  id: number;
  realPhone: PhoneNumber | null;
  fakePhone: PhoneNumber;
  state: MappingState;
  expiresAt: number | null;
  /** `proxy`, `dialled`, `caller`, `fixed`, or `anonymous`; null: the trunk's policy. */
  callerIdPolicy: string | null;
  /** The number to show when the policy is `fixed`. */
  callerIdNumber: PhoneNumber | null;
  poolId: number | null;
  importId: number | null;
  label: string | null;
  reference: string | null;
  releasedRealPhone: PhoneNumber | null;
  /** Start of the quarantine, whose length its pool defines. */
  releasedAt: number | null;
  createdAt: number;
  updatedAt: number;
  /** The start of the first call. */
  firstUsedAt: number | null;
  readonly fakeLast4?: number;
  /** Of the current real number, or of the one before the release. */
  readonly realLast4?: number;
  /** Folded label and reference, and the proxy number, in lines: for searches anywhere in them. */
  readonly searchText?: string;
  /** The real number, or the one before the release. */
  readonly heldPhone?: string;
  /** When an active mapping expires, or when a released one went into quarantine; null: no change by time. */
  readonly dueAt?: number | null;
  /**
   * SQLite only, which folds only ASCII letters: the lowercase copy of a text with other letters. Searches and
   * sorting use the key derived from it.
   */
  labelFolded?: string | null;
  readonly labelKey?: string | null;
  referenceFolded?: string | null;
  readonly referenceKey?: string | null;
}

const folded = (name: string) => ({
  name: `${name}_folded`,
  type: "text" as const,
  nullable: true,
  select: false,
});

export const PhoneMapping = new TableSchema<PhoneMappingRow>(
  "PhoneMapping",
  "phone_mappings",
  ({ code, generated, generatedTime, id, int, mysql, text, time, timeOfInsert }) => {
    const last4 = (phone: string): string =>
      mysql ? `CAST(RIGHT(${phone}, 4) AS UNSIGNED)` : `CAST(substr(${phone}, -4) AS INTEGER)`;
    const key = (name: string) =>
      generated(`${name}_key`, "text", `COALESCE(${name}_folded, lower(${name}))`);
    const label = mysql ? "label" : "labelKey";
    const searchable = (name: string): string =>
      `REPLACE(COALESCE(${mysql ? "" : `${name}_folded, `}lower(${name}), ''), 'ё', 'е')`;
    const searched = [searchable("label"), searchable("reference"), "fake_phone"];
    const searchedColumn = (name: string, length: number, expression: string) => ({
      ...generated(name, "text", expression),
      ...(mysql ? code(name, length) : {}),
    });
    const behindText = mysql ? ["id", "realPhone", "fakePhone", "expiresAt"] : [];
    return {
      columns: {
        id: id(),
        realPhone: code("real_phone", 20, nullable),
        fakePhone: code("fake_phone", 20),
        state: code("state", 16, { default: "active" }),
        expiresAt: time("expires_at", nullable),
        callerIdPolicy: code("caller_id_policy", 16, nullable),
        callerIdNumber: code("caller_id_number", 20, nullable),
        poolId: int("pool_id", nullable),
        importId: int("import_id", nullable),
        label: text("label", 200, nullable),
        reference: text("reference", 200, nullable),
        releasedRealPhone: code("released_real_phone", 20, nullable),
        releasedAt: time("released_at", nullable),
        createdAt: timeOfInsert("created_at"),
        updatedAt: timeOfInsert("updated_at"),
        fakeLast4: generated("fake_last4", mysql ? "smallint" : "integer", last4("fake_phone")),
        firstUsedAt: time("first_used_at", nullable),
        realLast4: generated(
          "real_last4",
          mysql ? "smallint" : "integer",
          last4("COALESCE(real_phone, released_real_phone)"),
        ),
        searchText: searchedColumn(
          "search_text",
          450,
          mysql ? `CONCAT(${searched.join(", '\n', ")})` : searched.join(" || '\n' || "),
        ),
        heldPhone: searchedColumn("held_phone", 20, "COALESCE(real_phone, released_real_phone)"),
        dueAt: generatedTime(
          "due_at",
          "CASE state WHEN 'active' THEN expires_at WHEN 'quarantined' THEN released_at END",
        ),
        ...(mysql
          ? {}
          : {
              labelFolded: folded("label"),
              labelKey: key("label"),
              referenceFolded: folded("reference"),
              referenceKey: key("reference"),
            }),
      },
      indices: [
        { name: "uq_phone_mappings__real_phone", columns: ["realPhone"], unique: true },
        { name: "uq_phone_mappings__fake_phone", columns: ["fakePhone"], unique: true },
        { name: "ix_phone_mappings__real_last4", columns: ["realLast4"] },
        { name: "ix_phone_mappings__fake_last4", columns: ["fakeLast4"] },
        { name: "ix_phone_mappings__label", columns: [label, ...behindText] },
        { name: "ix_phone_mappings__search", columns: ["id", "searchText", "heldPhone"] },
        { name: "ix_phone_mappings__expires", columns: ["expiresAt"] },
        { name: "ix_phone_mappings__import", columns: ["importId"] },
        { name: "ix_phone_mappings__state_pool_due", columns: ["state", "poolId", "dueAt"] },
      ],
    };
  },
);

/** A bulk change, which has one entry in the audit log. */
export interface BulkChangeRow {
  id: number;
  at: number;
  /** `changed`, `released`, or `erased`. */
  what: string;
  /** Names of the changed fields, separated by commas. */
  fields: string;
  actorKind: string;
  actorId: number | null;
  /** At that time: the user may be gone by now. */
  actorName: string;
}

export const BulkChange = new TableSchema<BulkChangeRow>(
  "BulkChange",
  "bulk_changes",
  ({ bigId, code, int, text, time }) => ({
    columns: {
      id: bigId(),
      at: time("at"),
      what: code("what", 10),
      fields: code("fields", 100),
      actorKind: code("actor_kind", 10),
      actorId: int("actor_id", nullable),
      actorName: text("actor_name", 100),
    },
  }),
);

interface BulkChangedMappingRow {
  mappingId: number;
  bulkChangeId: number;
  bulkChange?: BulkChangeRow;
}

export const BulkChangedMapping = new TableSchema<BulkChangedMappingRow>(
  "BulkChangedMapping",
  "bulk_changed_mappings",
  ({ bigint, int, mysql }) => ({
    columns: {
      mappingId: int("mapping_id", primary),
      bulkChangeId: bigint("bulk_change_id", primary),
    },
    relations: {
      bulkChange: {
        type: "many-to-one",
        target: "BulkChange",
        joinColumn: { name: "bulk_change_id" },
        createForeignKeyConstraints: false,
        nullable: false,
      },
    },
    withoutRowid: !mysql,
  }),
);

/** The old and the new value of one changed field of a mapping. */
interface MappingChangeRow {
  id: number;
  mappingId: number;
  /** The `updatedAt` of the mapping after the change. */
  at: number;
  /** As in the API. */
  field: string;
  /** As text; of a number shown to the callee, its kind only. */
  before: string | null;
  after: string | null;
}

export const MappingChange = new TableSchema<MappingChangeRow>(
  "MappingChange",
  "mapping_changes",
  ({ bigId, code, int, text, time }) => ({
    columns: {
      id: bigId(),
      mappingId: int("mapping_id"),
      at: time("at"),
      field: code("field", 20),
      before: text("value_before", 200, nullable),
      after: text("value_after", 200, nullable),
    },
    indices: [{ name: "ix_mapping_changes__mapping", columns: ["mappingId", "at"] }],
  }),
);
