import type { CallSearch } from "../../api/client.ts";

/**
 * Has the browser itself fetch the file, so that an export of any size goes straight to disk. Posted, because
 * the filter may hold a phone number.
 */
export function exportCalls(search: CallSearch): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/calls/export.csv";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const [name, value] of Object.entries({ ...search, zone, delimiter: "semicolon" })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = String(one);
      form.append(field);
    }
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
