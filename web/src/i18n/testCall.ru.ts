import type { TestCallTexts } from "./testCall.en.ts";

export const ru: TestCallTexts = {
  title: "Пробный звонок",
  intro:
    "Asterisk позвонит на реальный номер через исходящий транк, как при звонке со скрытого номера. Абонент услышит звуковые сигналы. Звонок продлится не дольше {seconds} секунд, попадёт в журнал звонков и в журнал аудита.",
  call: "Позвонить",
  askTitle: "Позвонить на {number}?",
  askText: "У человека за этим номером зазвонит телефон.",
  placing: "Звоним…",
  hangUp: "Завершить",
  ended: "Пробный звонок завершён:",
  gone: "Пробного звонка уже нет на табло. Его запись — в журнале звонков.",
  sipCode: "SIP {code}",
  cause: "причина Q.850: {cause}",
  record: "Открыть запись",
  problems: {
    TEST_CALL_WOULD_BE_REFUSED: "Звонки на этот номер сейчас отклоняются.",
    TEST_CALL_WOULD_BE_REFUSED_remedy: "Причину покажет «Проверить номер».",
    TEST_CALL_UNDER_WAY: "Уже идёт другой пробный звонок.",
    TEST_CALL_UNDER_WAY_remedy: "Дождитесь его конца — это не больше полуминуты.",
    NO_CONTROLLER: "phone-proxy не подключён ни к одному Asterisk.",
    NO_CONTROLLER_remedy: "Причина — на странице «Система».",
    SHUTTING_DOWN: "phone-proxy завершает работу.",
    SHUTTING_DOWN_remedy: "Повторите, когда он снова запустится.",
    ASTERISK_REFUSED: "Asterisk отклонил пробный звонок.",
    ASTERISK_REFUSED_remedy: "Причина — в журнале Asterisk.",
    INSTANCE_SILENT: "Экземпляр, который обслуживает звонки, не отвечает.",
    INSTANCE_SILENT_remedy: "Проверьте, нет ли звонка на табло, и повторите.",
  },
};
