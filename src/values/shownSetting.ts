/** Where the value of a setting comes from. */
export const settingOrigins = ["environment", "envFile", "secretFile", "default"] as const;
export type SettingOrigin = (typeof settingOrigins)[number];

/** A setting as it may be shown. */
export interface ShownSetting {
  readonly name: string;
  readonly section: string;
  /** null: not set, or a secret. */
  readonly value: string | null;
  readonly isSet: boolean;
  readonly secret: boolean;
  readonly origin: SettingOrigin;
  /** Description. */
  readonly about: string;
  readonly fallback: string | null;
}
