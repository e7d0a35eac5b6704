import type { Invitation } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { accessTexts } from "../../i18n/access.ts";
import { fill } from "../../i18n/index.ts";
import { OnceShown } from "../../ui/OnceShown.tsx";
import { invitationLink } from "./invitationLink.ts";

export function InvitationNotice(props: {
  readonly name: string;
  readonly invitation: Invitation;
  readonly onDone: () => void;
}) {
  const { name, invitation, onDone } = props;
  const words = accessTexts.value.users;
  return (
    <OnceShown
      title={fill(words.linkTitle, { name })}
      text={fill(words.linkText, { time: formatMinute(invitation.expiresAt) })}
      value={invitationLink(invitation)}
      onDone={onDone}
    />
  );
}
