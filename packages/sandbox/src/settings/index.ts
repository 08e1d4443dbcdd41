/**
 * What can be set while the Cloud runs: the payloads' edition, how long an app may take to answer, how
 * many calls a minute an installation may make; and how far the clock was put ahead. Specified by the
 * doors document. Touches the table settings.
 */
export {
  type Edition,
  openSettings,
  type Settings,
  type SettingsBook,
  settingsChanges,
  settingsSchema,
} from "./settings.ts";
