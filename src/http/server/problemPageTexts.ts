/** What a person sees whose browser gets a problem in place of a page. */
interface Words {
  readonly title: string;
  readonly text: string;
}

interface Texts {
  /** By the code of the problem. */
  readonly known: Readonly<Record<string, Words>>;
  readonly passing: Words;
  readonly other: Words;
  readonly reloads: string;
  readonly toStart: string;
}

export const problemPageTexts: Readonly<Record<"en" | "ru", Texts>> = {
  en: {
    known: {
      DATABASE_AWAY: {
        title: "Phone Proxy is not ready yet",
        text: "It is starting, or its database is unavailable. Nothing is lost. If this takes more than a few minutes, tell your administrator.",
      },
      ADDRESS_NOT_ALLOWED: {
        title: "Access from your IP address is not allowed",
        text: "Ask an administrator for an IP rule that allows it.",
      },
      TOO_MANY_REQUESTS: {
        title: "Too many requests",
        text: "Too many requests come from your address.",
      },
      HOST_NOT_ALLOWED: {
        title: "Access by this host name is not allowed",
        text: "Ask your administrator for the address of this page (PUBLIC_URL).",
      },
      NOT_FOUND: {
        title: "Page not found",
        text: "There is nothing at this address.",
      },
      SIGN_IN_REQUIRED: {
        title: "Sign in first",
        text: "Sign in on the start page, then open this address again.",
      },
      NOT_ALLOWED: {
        title: "You do not have access to this page",
        text: "If you need it, ask an administrator to change your role.",
      },
    },
    passing: {
      title: "Phone Proxy is busy",
      text: "Nothing is lost.",
    },
    other: {
      title: "Something went wrong",
      text: "Try again. If it happens again, tell your administrator.",
    },
    reloads: "This page reloads automatically.",
    toStart: "Go to the start page",
  },
  ru: {
    known: {
      DATABASE_AWAY: {
        title: "Phone Proxy ещё не готов",
        text: "Он запускается, или недоступна его база данных. Данные не потеряны. Если это продолжается дольше нескольких минут, сообщите администратору.",
      },
      ADDRESS_NOT_ALLOWED: {
        title: "Доступ с вашего IP-адреса запрещён",
        text: "Попросите администратора добавить правило IP для него.",
      },
      TOO_MANY_REQUESTS: {
        title: "Слишком много запросов",
        text: "С вашего адреса поступает слишком много запросов.",
      },
      HOST_NOT_ALLOWED: {
        title: "Доступ по этому имени хоста запрещён",
        text: "Узнайте у администратора адрес этой страницы (PUBLIC_URL).",
      },
      NOT_FOUND: {
        title: "Страница не найдена",
        text: "По этому адресу ничего нет.",
      },
      SIGN_IN_REQUIRED: {
        title: "Сначала войдите",
        text: "Войдите на главной странице и откройте этот адрес снова.",
      },
      NOT_ALLOWED: {
        title: "У вас нет доступа к этой странице",
        text: "Если он нужен, попросите администратора изменить вашу роль.",
      },
    },
    passing: {
      title: "Phone Proxy перегружен",
      text: "Данные не потеряны.",
    },
    other: {
      title: "Произошла ошибка",
      text: "Повторите попытку. Если ошибка повторится, сообщите администратору.",
    },
    reloads: "Страница обновится автоматически.",
    toStart: "На главную страницу",
  },
};
