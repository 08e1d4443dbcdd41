/** What an app says of itself once it runs: it writes it where `ANNEX_DESCRIPTION_FILE` says. */
import { existsSync, readFileSync } from "node:fs";
import { CommandError } from "../failures/index.ts";

/** The registration form, field by field. Contract section 2. */
export type AppDescription = {
  readonly name: string;
  readonly description: string;
  readonly developer: string;
  readonly logo_url: string;
  readonly permissions: readonly string[];
  readonly launch_access: readonly string[];
  readonly registration_callback_url: string;
  readonly portal_generator_url: string;
};

/** @throws CommandError when the app has written nothing. */
export function readDescription(file: string, directory: string): AppDescription {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as AppDescription;
  throw new CommandError(
    `The app in ${directory} runs, and says nothing of itself.`,
    "An app of @annex/app that stands below a path of your server is told its address, such as ANNEX_PUBLIC_URL=http://localhost:5002/apps/hello; one of another framework is described in annex.config.ts for `annex dev`, and by --callback, --portal and --manifest for `annex check`.",
  );
}
