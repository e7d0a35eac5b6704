import type { Invitation } from "../../api/client.ts";

/** In the fragment, so that neither a server nor its log sees the token. */
export const invitationLink = ({ token }: Invitation): string =>
  `${location.origin}/app/invitation#${encodeURIComponent(token)}`;
