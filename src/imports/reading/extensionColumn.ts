/** Short numbers that are neither row numbers nor yes and no. */
export function mayBeExtensions(cells: readonly string[]): boolean {
  if (cells.length === 0 || !cells.every((cell) => /^\d{1,5}$/.test(cell))) return false;
  if (cells.every((cell) => cell === "0" || cell === "1")) return false;
  return cells.length === 1 || !cells.every((cell, at) => Number(cell) === Number(cells[0]) + at);
}
