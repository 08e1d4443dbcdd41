/** Copying from a cross-site frame, which is often not allowed to use the clipboard's own door. */

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

/**
 * Copies a text; answers whether it worked. Never throws. The older way comes first, since it needs no permission
 * of the frame, and asking for one that was not given fills the console.
 *
 * @example
 * ```ts
 * if (!(await copyText(reference, document))) show("Copy it by hand.");
 * ```
 */
export async function copyText(text: string, document: Document): Promise<boolean> {
  if (copyBySelection(text, document)) return true;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Neither way is open here; the id can still be selected and copied by hand.
    return false;
  }
}
