import type { ImportText, ProxyRefusal } from "./codes.ts";

/** Why the proxy number that a row names cannot be kept. */
export const proxyTextsEn: Readonly<Record<ProxyRefusal, ImportText>> = {
  PROXY_UNREADABLE: {
    message: "The proxy number in the row is not a complete phone number.",
    remedy:
      "Write it with + and its country code, or leave the cell empty: the row then gets a number from the pool.",
  },
  PROXY_NOT_IN_POOL: {
    message: "None of your pools has this proxy number, so no call to it would reach you.",
    remedy:
      "If your trunk routes the number here, add it to a pool under Pools and import the same file again. Otherwise leave the cell empty, or choose in the preview to ignore the column.",
  },
  PROXY_IN_OTHER_POOL: {
    message: "The proxy number belongs to a different pool from the one that the row names.",
    remedy: "Correct the pool, or leave its cell empty.",
  },
  PROXY_TAKEN: {
    message: "The proxy number already belongs to another real number.",
    remedy:
      "Look it up under Numbers. If the other one is outdated, release it and wait for the end of its quarantine. Or leave the cell empty.",
  },
  PROXY_QUARANTINED: {
    message: "The proxy number was released a short time ago and is in quarantine.",
    remedy: "Import the same file again after the quarantine, or leave the cell empty.",
  },
  PROXY_BLOCKED: {
    message: "The proxy number is blocked.",
    remedy: "Unblock it under Pools and import the same file again, or leave the cell empty.",
  },
  PROXY_TWICE_IN_FILE: {
    message: "The file has this proxy number for several real numbers.",
    remedy: "Keep the row that is right, and leave the cell empty in the others.",
  },
};

export const proxyTextsRu: Readonly<Record<ProxyRefusal, ImportText>> = {
  PROXY_UNREADABLE: {
    message: "Подменный номер в строке записан не полностью или неразборчиво.",
    remedy: "Запишите его с + и кодом страны или оставьте ячейку пустой — тогда номер будет взят из пула.",
  },
  PROXY_NOT_IN_POOL: {
    message: "Такого подменного номера нет ни в одном пуле, поэтому звонки на него сюда не попадут.",
    remedy:
      "Если транк направляет этот номер сюда, добавьте его в пул в разделе «Пулы» и загрузите тот же файл ещё раз. Иначе оставьте ячейку пустой или отключите столбец в предпросмотре.",
  },
  PROXY_IN_OTHER_POOL: {
    message: "Подменный номер относится не к тому пулу, который указан в строке.",
    remedy: "Исправьте пул или оставьте его ячейку пустой.",
  },
  PROXY_TAKEN: {
    message: "Этот подменный номер уже занят: за ним закреплён другой реальный номер.",
    remedy:
      "Найдите его в разделе «Номера». Если прежний номер больше не нужен, освободите его и дождитесь конца карантина. Или оставьте ячейку пустой.",
  },
  PROXY_QUARANTINED: {
    message: "Подменный номер недавно освобождён и находится в карантине.",
    remedy: "Загрузите тот же файл после окончания карантина или оставьте ячейку пустой.",
  },
  PROXY_BLOCKED: {
    message: "Подменный номер заблокирован.",
    remedy: "Разблокируйте его в разделе «Пулы» и загрузите тот же файл ещё раз или оставьте ячейку пустой.",
  },
  PROXY_TWICE_IN_FILE: {
    message: "В файле этот подменный номер указан для нескольких реальных номеров.",
    remedy: "Оставьте его только в верной строке, а в остальных очистите ячейку.",
  },
};
