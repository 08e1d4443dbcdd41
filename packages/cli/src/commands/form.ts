/** The registration form of the real Cloud, as it is typed. Contract section 2. */
import type { AppDescription } from "../apps/description.ts";

/** With an app's environment alone, its two URLs are all that is known. */
export type Form = Partial<AppDescription> &
  Pick<AppDescription, "registration_callback_url" | "portal_generator_url">;

export function printForm(form: Form): void {
  for (const [name, value] of Object.entries(form)) console.log(`${name.padEnd(26)} ${shown(value)}`);
}

function shown(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? "–" : value.join(", ");
}
