/** Gives the person a file that was made here. */
export function saveText(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser takes the file within the click; some read it a little later.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
