import type { SettingsTexts } from "./settings.en.ts";

export const ru: SettingsTexts = {
  title: "Настройки",
  intro:
    "Настройки читаются при запуске. Чтобы изменить значение, поправьте окружение или файл .env и перезапустите приложение.",
  setting: "Настройка",
  value: "Значение",
  origin: "Источник",
  set: "Задано",
  notSet: "Не задано",
  empty: "Пусто",
  origins: {
    environment: "Окружение",
    envFile: "Файл .env",
    secretFile: "Файл из {name}",
    default: "По умолчанию",
  },
  sections: {
    Data: "Данные",
    Asterisk: "Asterisk",
    Calls: "Звонки",
    Numbers: "Номера",
    Web: "Веб",
    Access: "Доступ",
    Operation: "Эксплуатация",
    Backup: "Резервные копии",
  },
};
