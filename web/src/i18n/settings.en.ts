export const en = {
  title: "Settings",
  intro:
    "phone-proxy reads its settings at startup. To change one, edit the environment or the .env file, then restart.",
  setting: "Setting",
  value: "Value",
  origin: "Source",
  set: "Set",
  notSet: "Not set",
  empty: "Empty",
  origins: {
    environment: "Environment",
    envFile: ".env file",
    secretFile: "File named in {name}",
    default: "Default",
  },
  sections: {
    Data: "Data",
    Asterisk: "Asterisk",
    Calls: "Calls",
    Numbers: "Numbers",
    Web: "Web",
    Access: "Access",
    Operation: "Operation",
    Backup: "Backup",
  },
};

/** Every language has exactly these texts. */
export type SettingsTexts = typeof en;
