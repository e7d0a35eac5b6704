import { goBackTo } from "../router.ts";
import { Icon } from "./Icon.tsx";

/** Back to a list as the user left it; opened in a new tab, to its beginning. */
export function BackLink({ href, label }: { readonly href: string; readonly label: string }) {
  return (
    <a
      class="button"
      href={href}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        goBackTo(href);
      }}
    >
      <Icon name="left" size={16} />
      {label}
    </a>
  );
}
