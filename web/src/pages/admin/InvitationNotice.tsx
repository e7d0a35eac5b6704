import type { Invitation, User } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { accessTexts } from "../../i18n/access.ts";
import { fill } from "../../i18n/index.ts";
import { OnceShown } from "../../ui/OnceShown.tsx";
import { invitationLink } from "./invitationLink.ts";

export function InvitationNotice(props: {
  readonly user: Pick<User, "username" | "displayName">;
  readonly invitation: Invitation;
  readonly onDone: () => void;
}) {
  const { user, invitation, onDone } = props;
  const words = accessTexts.value.users;
  return (
    <OnceShown
      title={fill(words.linkTitle, { name: user.displayName })}
      text={fill(words.linkText, {
        username: user.username,
        time: formatMinute(invitation.expiresAt),
      })}
      value={invitationLink(invitation)}
      onDone={onDone}
    />
  );
}
