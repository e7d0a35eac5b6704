/** The URLs of a setting that has one, or several separated by spaces; null if it is another text. */
export function urlsIn(value: string): readonly URL[] | null {
  const items = value.trim().split(/\s+/);
  const areUrls = items.every((item) => /^[a-z][a-z\d+.-]*:\/\//i.test(item) && URL.canParse(item));
  return areUrls ? items.map((item) => new URL(item)) : null;
}
