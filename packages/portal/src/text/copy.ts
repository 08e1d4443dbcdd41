/** Copying where the clipboard's own door may be shut: a cross-site frame is often not allowed to use it. */

function copyBySelection(text: string, document: Document): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

/** Copies a text; answers whether it worked. Never throws. */
export async function copyText(text: string, document: Document): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The frame may lack the permission; the older way needs none.
    return copyBySelection(text, document);
  }
}
