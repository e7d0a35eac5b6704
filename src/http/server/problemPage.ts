import type { HttpProblem } from "./problems.ts";

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

const problemTexts: Readonly<Record<"en" | "ru", Texts>> = {
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

/** Whether waiting helps, so that the page may reload itself. */
export const isPassing = ({ status, options }: HttpProblem): boolean =>
  (status === 503 || status === 429) && options.headers?.["Retry-After"] !== undefined;

/** On the start page as well. */
const refusedEverywhere: ReadonlySet<string> = new Set(["ADDRESS_NOT_ALLOWED", "HOST_NOT_ALLOWED"]);

/** A page without scripts and styles: what they come from may be just what is unavailable. */
export function problemPage(problem: HttpProblem, language: "en" | "ru"): string {
  const texts = problemTexts[language];
  const passing = isPassing(problem);
  // By which an administrator finds the error in the log.
  const errorId = problem.options.members?.["errorId"];
  const reference = [problem.status, problem.code, ...(typeof errorId === "string" ? [errorId] : [])].join(
    " ",
  );
  const code = problem.status === 404 ? "NOT_FOUND" : problem.code;
  const { title, text } = texts.known[code] ?? (passing ? texts.passing : texts.other);
  const start = refusedEverywhere.has(code) ? "" : `<p><a href="/">${texts.toStart}</a></p>\n`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Phone Proxy</title>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
${passing ? `<p>${texts.reloads}</p>\n` : start}<p><small>${reference}</small></p>
</main>
</body>
</html>
`;
}
