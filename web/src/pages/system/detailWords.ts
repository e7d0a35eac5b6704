import type { Language } from "../../i18n/index.ts";
import type { DetailKey } from "./details.ts";

const en: Readonly<Record<DetailKey, string>> = {
  answers: "{name} is connected.",
  laterTables:
    "{name} has tables of a later version. Install that version, or restore a backup from before its upgrade.",
  replicaNear: "Seconds behind the primary: {seconds}.",
  replicaBehind: "Seconds behind the primary: {seconds}. The primary answers in its place.",
  replicaAway: "Unavailable. The primary answers in its place.",
  replicaNotReached: "Not reached yet.",
  replicaUnknown: "Not compared with the primary at present. The primary answers in its place.",
  carries: "Connected through Redis.",
  alone: "In process only: other instances receive no messages.",
  notReached: "{name} has not connected yet.",
  away: "{name} is unavailable.",
  closed: "Closed.",
  recordsOnTheWay: "Records waiting to be written to the database: {n}.",
  recordsWait: "Records waiting for the database: {n}, the oldest for {seconds} s. None is lost.",
  recordsRefused: "Records rejected by the database: {n}. They are in rejected.lines in the spool.",
  linesDamaged: "Damaged lines: {n}. They are in corrupt.lines in the spool.",
  linesLost: "Lines lost while the disk was full: {n}.",
  recordsDirect: "The spool is not writable ({code}). Records go straight to the database.",
  recordsInMemory:
    "Neither the spool ({code}) nor the database accepts records. Records waiting in memory: {n}.",
  noPool: "No pool yet.",
  poolsFull: "No pool will be empty soon.",
  poolEmpty: "Pool {id} has no free numbers.",
  poolEmptySoon: "Days until pool {id} is empty: {days}.",
  importsWait: "Imports waiting for the database: {n} of {all}.",
  importsRun: "Imports in progress: {n}.",
  trunkReachable: "Reachable from Asterisk.",
  trunkSilent: "Does not respond to Asterisk.",
  trunkMissing: "Asterisk has no endpoint of this name.",
  trunkUnknown: "Unknown while this controller is not connected to Asterisk.",
  inboundTrunkUnused: "No call has arrived yet.",
  inboundTrunkCall: "Last call: {at}.",
  inboundTrunkRefusal: "Last refusal: {at}, {outcome}.",
  inboundTrunkUnknown: "The newest calls were all to unknown numbers.",
  inboundTrunkUnlisted: "INBOUND_TRUNKS does not name it, so its callers are not trusted.",
  callFileRead: "Being read.",
  callFileDiskFull: "Disk full: calls that no controller follows get no record. Free some space.",
  callFileUnreadable: "Cannot read the file ({code}).",
  backupUnwatched: "Not monitored: BACKUP_STATUS_FILE is not set.",
  backupNotLooked: "Not checked yet.",
  backupMissing: "No backup yet.",
  backupUnreadable: "Cannot read the file that the backup job writes ({code}).",
  backupLate: "Hours since the last backup: {hours}. The limit is {most}.",
  backupFresh: "Hours since the last backup: {hours}.",
  loopFree: "No delays in the last minute.",
  loopHeldUp: "Calls had to wait {ms} ms, {seconds} s ago.",
  asteriskConnected: "Asterisk {version} over {transport}. Calls in progress: {n}.",
  asteriskComparing:
    "Asterisk {version} over {transport}. Comparing its calls with ours, which takes a few seconds.",
  asteriskNotCompared:
    "Asterisk {version} over {transport}. Could not read the list of its calls, retrying: {reason}.",
  asteriskSetting: "Cannot connect to Asterisk until {setting} is set.",
  asteriskStandby: "Standing by: {node} handles the calls.",
  asteriskOtherSettings:
    "Standing by: {node} handles the calls, with other settings ({names}). Give all controllers of an Asterisk the same ones.",
  asteriskDialplan:
    "Takes no calls: the dialplan does not fit this release. Replace extensions.conf by asterisk/extensions.conf of this release, then run “dialplan reload”.",
  asteriskPassword:
    "Asterisk rejected the username or password (401). Compare them with ari.conf, then run “module reload res_ari”.",
  asteriskReadOnly: "Asterisk denied the request (403). Set read_only=no for the user in ari.conf.",
  asteriskNoAri:
    "The server at this address has no /ari (404). Check the address, enabled=yes in ari.conf, and that res_ari is loaded.",
  asteriskStarting: "Asterisk is starting or stopping (503).",
  asteriskNoApplication: "Asterisk could not register the application. See its log.",
  asteriskNothingListens:
    "Nothing is listening at its address. Check that Asterisk is running, and check enabled, bindaddr, and bindport in http.conf.",
  asteriskUnknownHost: "Cannot resolve its host name. Check the address.",
  asteriskUnreachable: "Cannot reach its host. Check the address, the network, and firewalls.",
  asteriskSlow:
    "Asterisk did not respond in time. Check whether it is overloaded or a firewall drops packets.",
  asteriskConnecting: "Connecting.",
};

const ru: Readonly<Record<DetailKey, string>> = {
  answers: "{name} отвечает.",
  laterTables:
    "Таблицы в {name} изменила более новая версия. Установите её или восстановите копию, сделанную до обновления.",
  replicaNear: "Отставание от основного сервера, с: {seconds}.",
  replicaBehind: "Отставание от основного сервера, с: {seconds}. Вместо неё отвечает основной сервер.",
  replicaAway: "Недоступна. Вместо неё отвечает основной сервер.",
  replicaNotReached: "Связи с ней ещё не было.",
  replicaUnknown: "Отставание сейчас неизвестно. Вместо неё отвечает основной сервер.",
  carries: "Сообщения идут через Redis.",
  alone: "Только внутри процесса: другие экземпляры сообщений не получают.",
  notReached: "{name} ещё ни разу не ответил.",
  away: "{name} не отвечает.",
  closed: "Закрыто.",
  recordsOnTheWay: "Записей на пути в базу: {n}.",
  recordsWait: "Записей ждёт базу: {n}, самая старая {seconds} с. Ни одна не потеряна.",
  recordsRefused: "Записей, которые база не приняла: {n}. Они в файле rejected.lines в спуле.",
  linesDamaged: "Повреждённых строк: {n}. Они в файле corrupt.lines в спуле.",
  linesLost: "Строк потеряно, пока диск был полон: {n}.",
  recordsDirect: "Спул недоступен для записи ({code}). Записи идут сразу в базу.",
  recordsInMemory: "Ни спул ({code}), ни база не принимают записи. Записей ждёт в памяти: {n}.",
  noPool: "Пулов пока нет.",
  poolsFull: "Ни один пул скоро не закончится.",
  poolEmpty: "В пуле {id} нет свободных номеров.",
  poolEmptySoon: "До конца пула {id} осталось дней: {days}.",
  importsWait: "Импортов ждёт базу: {n} из {all}.",
  importsRun: "Импортов в работе: {n}.",
  trunkReachable: "Доступен для Asterisk.",
  trunkSilent: "Не отвечает Asterisk.",
  trunkMissing: "В Asterisk нет endpoint с таким именем.",
  trunkUnknown: "Неизвестно, пока этот контроллер не подключён к Asterisk.",
  inboundTrunkUnused: "Звонков с него ещё не было.",
  inboundTrunkCall: "Последний звонок: {at}.",
  inboundTrunkRefusal: "Последний отказ: {at}, {outcome}.",
  inboundTrunkUnknown: "Все последние звонки шли на неизвестные номера.",
  inboundTrunkUnlisted: "Транк не указан в INBOUND_TRUNKS, поэтому номерам звонящих с него нельзя доверять.",
  callFileRead: "Файл читается.",
  callFileDiskFull:
    "Диск заполнен: звонки, за которыми не следит ни один контроллер, не попадут в журнал. Освободите место.",
  callFileUnreadable: "Не удаётся прочитать файл ({code}).",
  backupUnwatched: "Не отслеживается: BACKUP_STATUS_FILE не задан.",
  backupNotLooked: "Ещё не проверено.",
  backupMissing: "Резервной копии ещё нет.",
  backupUnreadable: "Не удаётся прочитать файл задания резервного копирования ({code}).",
  backupLate: "Часов с последней копии: {hours}. Допустимо не больше {most}.",
  backupFresh: "Часов с последней копии: {hours}.",
  loopFree: "За последнюю минуту задержек не было.",
  loopHeldUp: "Задержка обработки звонков: {ms} мс, {seconds} с назад.",
  asteriskConnected: "Asterisk {version}, связь: {transport}. Звонков сейчас: {n}.",
  asteriskComparing:
    "Asterisk {version}, связь: {transport}. Звонки сверяются, это занимает несколько секунд.",
  asteriskNotCompared:
    "Asterisk {version}, связь: {transport}. Не удалось получить список его звонков, запрашиваем снова: {reason}.",
  asteriskSetting: "Чтобы подключиться к Asterisk, задайте {setting}.",
  asteriskStandby: "В резерве: звонки обслуживает {node}.",
  asteriskOtherSettings:
    "В резерве: звонки обслуживает {node}, но с другими настройками ({names}). Задайте всем контроллерам одного Asterisk одинаковые настройки.",
  asteriskDialplan:
    "Не принимает звонки: диалплан не от этой версии. Замените extensions.conf файлом asterisk/extensions.conf этой версии и выполните «dialplan reload».",
  asteriskPassword:
    "Asterisk не принимает имя или пароль (401). Сверьте их с ari.conf и выполните «module reload res_ari».",
  asteriskReadOnly: "Asterisk отклонил запрос (403). Задайте read_only=no для пользователя в ari.conf.",
  asteriskNoAri:
    "На сервере по этому адресу нет /ari (404). Проверьте адрес, enabled=yes в ari.conf и что res_ari загружен.",
  asteriskStarting: "Asterisk запускается или останавливается (503).",
  asteriskNoApplication: "Asterisk не смог зарегистрировать приложение. Причина в его журнале.",
  asteriskNothingListens:
    "По этому адресу соединение не принимается. Проверьте, что Asterisk работает, и enabled, bindaddr и bindport в http.conf.",
  asteriskUnknownHost: "Не удаётся найти хост по имени. Проверьте адрес.",
  asteriskUnreachable: "Хост недоступен. Проверьте адрес, сеть и файрволы.",
  asteriskSlow: "Asterisk не ответил вовремя. Проверьте, не перегружен ли он и не теряет ли пакеты файрвол.",
  asteriskConnecting: "Подключение.",
};

/** Loaded with this page only, because no other page needs them. */
export const detailWords: Readonly<Record<Language, Readonly<Record<DetailKey, string>>>> = { en, ru };
