import { formatDate, formatDateTime } from "./time.ts";
import { fromLocalInput, toLocalInput } from "./localTime.ts";

/** A bare date lasts through that day in the time zone of the installation; any other expiry is a time. */
const isBareDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

export const formatExpiry = (at: string): string => (isBareDate(at) ? formatDate(at) : formatDateTime(at));

/** As an `ExpiryField` holds it: `2027-02-01`, `2027-02-01T18:00` in the viewer's time zone, or nothing for null. */
export const toExpiryInput = (at: string | null): string =>
  at !== null && isBareDate(at) ? at : toLocalInput(at);

/** For the API; null while it is incomplete. */
export const fromExpiryInput = (text: string): string | null =>
  isBareDate(text) ? text : fromLocalInput(text);
