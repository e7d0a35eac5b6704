import type { ComponentType } from "preact";
import type { IconName } from "../ui/Icon.tsx";

export interface PageProps {
  /** What follows the page's own path, e.g. the id in `/app/calls/{id}`; decoded. */
  readonly rest: string;
}

export interface Page {
  readonly key: "board" | "import" | "numbers" | "pools" | "calls" | "dashboard" | "system";
  readonly path: string;
  readonly icon: IconName;
  /** After `g`. */
  readonly shortcut: string;
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
}

export const pages: readonly Page[] = [
  {
    key: "board",
    path: "/app/board",
    icon: "live",
    shortcut: "b",
    load: () => import("./board/BoardPage.tsx"),
  },
  {
    key: "import",
    path: "/app/import",
    icon: "import",
    shortcut: "i",
    load: () => import("./import/ImportPage.tsx"),
  },
  {
    key: "numbers",
    path: "/app/numbers",
    icon: "numbers",
    shortcut: "n",
    load: () => import("./numbers/NumbersPage.tsx"),
  },
  {
    key: "pools",
    path: "/app/pools",
    icon: "pools",
    shortcut: "p",
    load: () => import("./pools/PoolsPage.tsx"),
  },
  {
    key: "calls",
    path: "/app/calls",
    icon: "calls",
    shortcut: "c",
    load: () => import("./calls/CallsPage.tsx"),
  },
  {
    key: "dashboard",
    path: "/app/dashboard",
    icon: "board",
    shortcut: "d",
    load: () => import("./dashboard/DashboardPage.tsx"),
  },
  {
    key: "system",
    path: "/app/system",
    icon: "system",
    shortcut: "s",
    load: () => import("./system/SystemPage.tsx"),
  },
];

const first = pages[0];

/** The page at this path, and what follows its own part of it; null when there is none. */
export function pageAt(path: string): { readonly page: Page; readonly rest: string } | null {
  if ((path === "/" || path === "/app" || path === "/app/") && first !== undefined) {
    return { page: first, rest: "" };
  }
  for (const page of pages) {
    if (path === page.path) return { page, rest: "" };
    if (path.startsWith(`${page.path}/`)) {
      return { page, rest: decodeURIComponent(path.slice(page.path.length + 1)) };
    }
  }
  return null;
}
