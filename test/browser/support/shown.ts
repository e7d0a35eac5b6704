/** The pages' format of a Russian number. */
export function shown(number: string): string {
  return number.replace(/^7(\d{3})(\d{3})(\d{2})(\d{2})$/, "+7 $1 $2-$3-$4");
}
