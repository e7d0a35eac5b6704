/** Downloads a file created in the browser. */
export function saveText(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers read the file only some time after the click.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
