import { computed } from "@preact/signals";
import { en } from "./audit.en.ts";
import type { AuditMessages } from "./audit.en.ts";
import { ru } from "./audit.ru.ts";
import { language } from "./index.ts";
import type { Language } from "./index.ts";

const dictionaries: Readonly<Record<Language, AuditMessages>> = { en, ru };

/** The texts of the audit log. They are loaded with its page. */
export const auditTexts = computed<AuditMessages>(() => dictionaries[language.value]);
