import type { ComponentType } from "preact";
import type { Permission } from "../../../src/access/rules/rights.ts";
import type { IconName } from "../ui/Icon.tsx";
import type { PageProps } from "./pageProps.ts";

export interface Page {
  readonly key:
    | "board"
    | "import"
    | "numbers"
    | "pools"
    | "calls"
    | "dashboard"
    | "system"
    | "settings"
    | "admin"
    | "account";
  readonly path: string;
  readonly icon: IconName;
  /** The key after `g`. */
  readonly shortcut: string;
  /** Any of these permissions opens the page; empty: every viewer. */
  readonly requires: readonly Permission[];
  /** Linked from elsewhere, not in the menu. */
  readonly unlisted?: true;
  /** Only useful with sign-in; otherwise its URL explains how to enable it. */
  readonly withAccounts?: true;
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
}

export const pages: readonly Page[] = [
  {
    key: "board",
    path: "/app/board",
    icon: "live",
    shortcut: "b",
    requires: ["live.watch"],
    load: () => import("./board/BoardPage.tsx"),
  },
  {
    key: "import",
    path: "/app/import",
    icon: "import",
    shortcut: "i",
    requires: ["numbers.write"],
    load: () => import("./import/ImportPage.tsx"),
  },
  {
    key: "numbers",
    path: "/app/numbers",
    icon: "numbers",
    shortcut: "n",
    requires: ["numbers.read"],
    load: () => import("./numbers/NumbersPage.tsx"),
  },
  {
    key: "pools",
    path: "/app/pools",
    icon: "pools",
    shortcut: "p",
    requires: ["numbers.read"],
    load: () => import("./pools/PoolsPage.tsx"),
  },
  {
    key: "calls",
    path: "/app/calls",
    icon: "calls",
    shortcut: "c",
    requires: ["calls.read"],
    load: () => import("./calls/CallsPage.tsx"),
  },
  {
    key: "dashboard",
    path: "/app/dashboard",
    icon: "board",
    shortcut: "d",
    requires: ["stats.read"],
    load: () => import("./dashboard/DashboardPage.tsx"),
  },
  {
    key: "system",
    path: "/app/system",
    icon: "system",
    shortcut: "s",
    requires: ["system.read"],
    load: () => import("./system/SystemPage.tsx"),
  },
  {
    key: "settings",
    path: "/app/settings",
    icon: "system",
    shortcut: "e",
    requires: ["system.read"],
    unlisted: true,
    load: () => import("./settings/SettingsPage.tsx"),
  },
  {
    key: "admin",
    path: "/app/admin",
    icon: "admin",
    shortcut: "a",
    requires: ["access.users", "access.keys", "access.rules", "audit.read"],
    withAccounts: true,
    load: () => import("./admin/AdminPage.tsx"),
  },
  {
    key: "account",
    path: "/app/account",
    icon: "user",
    shortcut: "u",
    requires: [],
    unlisted: true,
    withAccounts: true,
    load: () => import("./account/AccountPage.tsx"),
  },
];

/** The rest of the path after the page's own; null if no link of ours has this path. */
function restOf(path: string, page: Page): string | null {
  try {
    return decodeURIComponent(path.slice(page.path.length + 1));
  } catch {
    return null;
  }
}

/** The page at this path, and the rest of the path; null if there is none. */
export function pageAt(
  path: string,
  start: Page | null,
): { readonly page: Page; readonly rest: string } | null {
  if (path === "/" || path === "/app" || path === "/app/") {
    return start === null ? null : { page: start, rest: "" };
  }
  for (const page of pages) {
    if (path !== page.path && !path.startsWith(`${page.path}/`)) continue;
    const rest = restOf(path, page);
    return rest === null ? null : { page, rest };
  }
  return null;
}
