import { importText } from "../../imports/texts/importText.ts";
import type { ImportCode, ImportLanguage } from "../../imports/texts/codes.ts";
import { isImportCode } from "../../imports/job/types.ts";
import type { ImportFailure, ResultCode } from "../../imports/job/types.ts";

/** The text of a code for operators: the problem and its remedy. */
export interface CodeText {
  readonly message: string;
  readonly remedy: string;
}

const ownTexts: Readonly<Record<ImportLanguage, Readonly<Record<string, CodeText>>>> = {
  en: {
    CREATED: { message: "The number was assigned this proxy number.", remedy: "" },
    EXISTING: { message: "The number already had this proxy number. Nothing changed.", remedy: "" },
    DIFFERS: {
      message: "The number already had this proxy number. Different data in the file was not stored.",
      remedy: "To store the label, reference, and expiry of the file, import it again and choose to update.",
    },
    UPDATED: {
      message: "The number already had this proxy number. Its label, reference, or expiry was updated.",
      remedy: "",
    },
    HEADER: { message: "The header or a row above it.", remedy: "" },
    NO_POOL: {
      message: "There is no pool of proxy numbers to take from.",
      remedy: "Create a pool or resume a paused one, then upload the file again.",
    },
    FILE_LOST: {
      message: "The file no longer exists.",
      remedy: "Upload it again. Rows that were imported are kept.",
    },
    IMPORT_FAILED: {
      message: "The import stopped because of an internal error. The rows counted here are kept.",
      remedy: "Upload the same file again. If it fails again, check the log.",
    },
    READER_FAILED: {
      message: "The file could not be read completely.",
      remedy: "Save it as CSV (UTF-8) and upload that.",
    },
    UNDO_FAILED: {
      message: "The undo stopped because of an internal error. Numbers removed so far are gone.",
      remedy: "Undo the import again. If it fails again, check the log.",
    },
  },
  ru: {
    CREATED: { message: "Номер получил этот подменный номер.", remedy: "" },
    EXISTING: { message: "У номера уже был этот подменный номер; ничего не изменилось.", remedy: "" },
    DIFFERS: {
      message: "У номера уже был этот подменный номер. Отличия в файле не сохранены.",
      remedy: "Чтобы взять из файла метку, номер заказа и срок, загрузите его ещё раз и выберите обновление.",
    },
    UPDATED: {
      message: "У номера уже был этот подменный номер. Метка, номер заказа или срок обновлены.",
      remedy: "",
    },
    HEADER: { message: "Заголовок или строка над ним.", remedy: "" },
    NO_POOL: {
      message: "Нет пула подменных номеров.",
      remedy: "Создайте пул или возобновите выдачу из приостановленного и загрузите файл ещё раз.",
    },
    FILE_LOST: {
      message: "Файла больше нет.",
      remedy: "Загрузите его ещё раз; импортированные строки сохранятся.",
    },
    IMPORT_FAILED: {
      message: "Импорт остановлен из-за внутренней ошибки; учтённые здесь строки сохранены.",
      remedy: "Загрузите тот же файл ещё раз; если не поможет, проверьте журнал.",
    },
    READER_FAILED: {
      message: "Файл не удалось дочитать до конца.",
      remedy: "Сохраните его как CSV (UTF-8) и загрузите снова.",
    },
    UNDO_FAILED: {
      message: "Отмена остановлена из-за внутренней ошибки; часть номеров уже удалена.",
      remedy: "Отмените импорт ещё раз; если не поможет, проверьте журнал.",
    },
  },
};

export function textOf(
  code: ResultCode | ImportCode | ImportFailure["code"],
  language: ImportLanguage,
): CodeText {
  const own = ownTexts[language][code];
  // Every other code belongs to the file, a row, or a notice.
  if (own) return own;
  return isImportCode(code) ? importText(code, language) : { message: code, remedy: "" };
}

/** Words of a preview, where nothing has happened yet. */
const foreseenTexts: Readonly<Record<ImportLanguage, Readonly<Record<string, CodeText>>>> = {
  en: {
    CREATED: { message: "The number would be assigned a proxy number.", remedy: "" },
    EXISTING: { message: "The number already has this proxy number. Nothing would change.", remedy: "" },
    DIFFERS: {
      message: "The number already has this proxy number. Different data in the file would not be stored.",
      remedy: "To store the label, reference, and expiry of the file, choose to update.",
    },
    UPDATED: {
      message: "The number already has this proxy number. Its label, reference, or expiry would be updated.",
      remedy: "",
    },
  },
  ru: {
    CREATED: { message: "Номер получил бы подменный номер.", remedy: "" },
    EXISTING: { message: "У номера уже есть этот подменный номер; ничего бы не изменилось.", remedy: "" },
    DIFFERS: {
      message: "У номера уже есть этот подменный номер. Отличия в файле не будут сохранены.",
      remedy: "Чтобы взять из файла метку, номер заказа и срок, выберите обновление.",
    },
    UPDATED: {
      message: "У номера уже есть этот подменный номер. Метка, номер заказа или срок будут обновлены.",
      remedy: "",
    },
  },
};

/** Of a row of a result, that of a preview or that of an import. */
export const rowTextOf = (code: ResultCode, language: ImportLanguage, foreseen: boolean): CodeText =>
  (foreseen ? foreseenTexts[language][code] : undefined) ?? textOf(code, language);
