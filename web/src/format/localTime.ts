const two = (n: number): string => String(n).padStart(2, "0");

/** The value of an `<input type="datetime-local">` for a time, in the viewer's time zone; empty for null. */
export function toLocalInput(at: string | null): string {
  if (at === null) return "";
  const time = new Date(at);
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The entered time as ISO 8601 in UTC; null while it is incomplete. */
export function fromLocalInput(text: string): string | null {
  if (text === "") return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
