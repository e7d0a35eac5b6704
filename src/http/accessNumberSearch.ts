import { may } from "../domain/accessRights.ts";
import { notAllowed } from "./accessProblems.ts";
import { viewerOf } from "./accessViewer.ts";

/** As many as a masked number shows at its end. */
const shownDigits = 4;

/**
 * Whoever sees numbers masked could find out what is hidden by searching for one guess after another, so that
 * a search by more than the mask shows is for those who may see or reveal numbers.
 */
export function judgeNumberSearch(
  ctx: Parameters<typeof viewerOf>[0],
  { number, suffix = "" }: { readonly number?: string | undefined; readonly suffix?: string | undefined },
): void {
  if (number === undefined && suffix.length <= shownDigits) return;
  const viewer = viewerOf(ctx);
  if (!may(viewer, "numbers.real") && !may(viewer, "numbers.reveal")) throw notAllowed("numbers.reveal");
}
