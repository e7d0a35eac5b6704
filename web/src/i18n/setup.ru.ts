import type { SetupTexts } from "./setup.en.ts";

export const ru: SetupTexts = {
  title: "Ваш первый звонок",
  intro: "Эта карточка исчезнет, когда на звонок ответят.",
  done: "Готово",
  toDo: "Осталось",
  toPools: "К пулам",
  toImport: "Импортировать номера",
  toSystem: "Открыть страницу «Система»",
  toAccess: "Как включить вход",
  toNumbers: "К номерам",
  toNumber: "Проверить звонок на {number}",
  snippet: "asterisk/settings.env для этой установки",
  trunk: "{name}: набранный номер ожидается в {where}.",
  dids: {
    request: "Request-URI",
    to: "заголовке To",
    "p-called-party-id": "заголовке P-Called-Party-ID",
  },
  spellings: "Провайдер может передавать {number} в любом из этих видов: {spellings}.",
  steps: {
    database: { title: "База данных", text: "База данных недоступна." },
    pool: {
      title: "Пул подменных номеров",
      text: "Создайте пул из номеров, которые провайдер направляет к вам.",
    },
    numbers: {
      title: "Номера",
      text: "Загрузите реальные номера или добавьте один. Каждый получит подменный.",
    },
    asterisk: {
      title: "Asterisk",
      text: "Сохраните эти строки в asterisk/settings.env, заполните пустые значения и выполните asterisk/render.sh asterisk/settings.env /. Если этот Asterisk обслуживает не только phone-proxy, смотрите docs/trunk.md, а для FreePBX и FusionPBX — docs/pbx.md.",
    },
    inboundTrunk: {
      title: "Входящий транк",
      text: "Звонков ещё не было. Провайдер должен направлять звонки на подменные номера на этот Asterisk, не отвечая на них, и передавать номер звонящего во From или P-Asserted-Identity.",
    },
    access: {
      title: "Доступ",
      text: "Полный доступ есть у всех, кто может открыть эту страницу. До запуска в работу задайте ACCESS=required.",
    },
    call: {
      title: "Пробный звонок",
      text: "Откройте номер и проверьте, что произойдёт со звонком. Администратор может и позвонить через Asterisk на реальный номер. Затем наберите подменный номер с другого телефона и ответьте.",
    },
  },
};
