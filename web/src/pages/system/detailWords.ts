import type { Language } from "../../i18n/index.ts";
import type { DetailKey } from "./details.ts";

const en: Readonly<Record<DetailKey, string>> = {
  answers: "{name} answers.",
  carries: "Redis carries the messages.",
  alone: "Within this process; no other instance hears it.",
  notReached: "{name} has not been reached yet.",
  away: "{name} is away.",
  closed: "Closed.",
  recordsOnTheWay: "Records on their way to the database: {n}.",
  recordsWait: "Records that wait for the database: {n}, the oldest for {seconds} s. None is lost.",
  recordsRefused: "Records that the database refused: {n}. They are in rejected.lines in the spool.",
  linesDamaged: "Damaged lines: {n}. They are in corrupt.lines in the spool.",
  linesLost: "Lines that were lost while the disk was full: {n}.",
  diskRefuses: "The disk does not take call records ({code}); {n} wait in memory as far as there is room.",
  noPool: "There is no pool yet.",
  poolsFull: "No pool runs out soon.",
  poolEmpty: "Pool {id} has no free number.",
  poolEmptySoon: "Pool {id} is empty in {days} days.",
  importsWait: "Imports that wait for the database: {n} of {all}.",
  importsRun: "Imports in progress: {n}.",
  asteriskConnected: "Asterisk {version} by {transport}. Calls in progress: {n}.",
  asteriskComparing: "Asterisk {version} by {transport}. Comparing the calls that it has with ours.",
  asteriskSetting: "No Asterisk can be reached before {setting} is set.",
  asteriskTaken: "Another controller has taken the application. Only one may have it.",
  asteriskPassword:
    "Asterisk refuses the user name or password (401). Compare them with ari.conf, then “module reload res_ari”.",
  asteriskReadOnly: "Asterisk does not allow it (403). Set read_only=no for the user in ari.conf.",
  asteriskNoAri:
    "Something answers, but has no /ari (404). Check the address, enabled=yes in ari.conf, and that res_ari is loaded.",
  asteriskStarting: "Asterisk is starting or stopping (503).",
  asteriskNoApplication: "Asterisk could not register the application. Its log says why.",
  asteriskNothingListens:
    "Nothing listens at its address. Check that it runs, and enabled, bindaddr and bindport in http.conf.",
  asteriskUnknownHost: "The name of its host cannot be resolved. Check the address.",
  asteriskUnreachable: "Its host cannot be reached. Check the address, the network and firewalls.",
  asteriskSlow: "It did not answer in time. Is it overloaded, or does a firewall drop packets?",
  asteriskConnecting: "Connecting.",
};

const ru: Readonly<Record<DetailKey, string>> = {
  answers: "{name} отвечает.",
  carries: "Сообщения идут через Redis.",
  alone: "Внутри этого процесса; другие экземпляры его не слышат.",
  notReached: "{name} ещё ни разу не ответил.",
  away: "{name} не отвечает.",
  closed: "Закрыто.",
  recordsOnTheWay: "Записей на пути в базу: {n}.",
  recordsWait: "Записей ждёт базу: {n}, самая старая {seconds} с. Ни одна не потеряна.",
  recordsRefused: "Записей, которые база не приняла: {n}. Они в файле rejected.lines в спуле.",
  linesDamaged: "Повреждённых строк: {n}. Они в файле corrupt.lines в спуле.",
  linesLost: "Строк потеряно, пока диск был полон: {n}.",
  diskRefuses: "Диск не принимает записи о звонках ({code}); в памяти, пока есть место, ждёт: {n}.",
  noPool: "Пулов пока нет.",
  poolsFull: "Ни один пул скоро не кончится.",
  poolEmpty: "В пуле {id} нет свободных номеров.",
  poolEmptySoon: "Пул {id} кончится, дней осталось: {days}.",
  importsWait: "Импортов ждёт базу: {n} из {all}.",
  importsRun: "Импортов в работе: {n}.",
  asteriskConnected: "Asterisk {version}, связь: {transport}. Звонков сейчас: {n}.",
  asteriskComparing: "Asterisk {version}, связь: {transport}. Сверяем его звонки с нашими.",
  asteriskSetting: "Пока не задана настройка {setting}, ни один Asterisk недоступен.",
  asteriskTaken: "Приложение занял другой контроллер. Оно может быть только у одного.",
  asteriskPassword:
    "Asterisk не принимает имя или пароль (401). Сверьте их с ari.conf и выполните «module reload res_ari».",
  asteriskReadOnly: "Asterisk этого не разрешает (403). Задайте read_only=no для пользователя в ari.conf.",
  asteriskNoAri:
    "По адресу что-то отвечает, но /ari там нет (404). Проверьте адрес, enabled=yes в ari.conf и что res_ari загружен.",
  asteriskStarting: "Asterisk запускается или останавливается (503).",
  asteriskNoApplication: "Asterisk не смог зарегистрировать приложение. Причина в его журнале.",
  asteriskNothingListens:
    "По его адресу никто не слушает. Проверьте, что он работает, и enabled, bindaddr и bindport в http.conf.",
  asteriskUnknownHost: "Имя его хоста не находится. Проверьте адрес.",
  asteriskUnreachable: "Его хост недоступен. Проверьте адрес, сеть и файрволы.",
  asteriskSlow: "Он не ответил вовремя. Не перегружен ли он, не теряет ли пакеты файрвол?",
  asteriskConnecting: "Подключаемся.",
};

/** They come with the page and not with the texts of all pages, since nobody else needs them. */
export const detailWords: Readonly<Record<Language, Readonly<Record<DetailKey, string>>>> = { en, ru };
