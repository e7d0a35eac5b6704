import type { User } from "../../api/client.ts";
import { accessTexts } from "../../i18n/access.ts";
import { Badge } from "../../ui/feedback.tsx";

export function UserStateBadge({ user }: { readonly user: User }) {
  const words = accessTexts.value.users;
  if (user.disabled) return <Badge tone="calm">{words.disabled}</Badge>;
  if (!user.hasPassword) return <Badge tone="warn">{words.invited}</Badge>;
  return <Badge tone="ok">{words.active}</Badge>;
}
