const two = (n: number): string => String(n).padStart(2, "0");

/** What an `<input type="datetime-local">` shows of a time, in the viewer's zone; empty for null. */
export function toLocalInput(at: string | null): string {
  if (at === null) return "";
  const time = new Date(at);
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** ISO 8601 in UTC of what was typed there; null while it is no whole time. */
export function fromLocalInput(text: string): string | null {
  if (text === "") return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
