/** The settings in force: the defaults, what was set before the last restart, what the start asks for. */
import { callbackTimeLimit, rateLimitPerMinute } from "@annex/protocol";
import { z } from "zod";
import type { StateDatabase } from "../store/index.ts";

const secondsWords = "must be a number of seconds above 0, at most 600";
const limitWords = "must be a whole number from 1 to 1000000000";

const fields = {
  edition: z.enum(["guide", "later"], "must be guide or later"),
  /** How long an app may take to answer. Contract sections 3, 4 and 7. */
  delivery_timeout_seconds: z.number(secondsWords).gt(0, secondsWords).max(600, secondsWords),
  /** How many calls a minute each installation may make. Contract section 8. */
  rate_limit_per_minute: z.int(limitWords).min(1, limitWords).max(1_000_000_000, limitWords),
};

/** All settings, as they are told. */
export const settingsSchema = z.object(fields);
/** Some of them, as they are changed. */
export const settingsChanges = z
  .strictObject(fields)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, `must name one of ${Object.keys(fields).join(", ")}`);

/** Which fields the payloads carry: `guide` has `organization_id` and `user_id`, `later` leaves both out. */
export type Edition = Settings["edition"];

/** What of a local Cloud can be changed while it runs. Times are in seconds. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;

export type SettingsBook = {
  current(): Settings;
  /** Changes the given ones, for good. */
  change(changes: { readonly [Name in keyof Settings]?: Settings[Name] | undefined }): Promise<Settings>;
  /** How far ahead of the machine the clock was put, in milliseconds. */
  clockAhead(): number;
  keepClockAhead(milliseconds: number): Promise<void>;
};

const defaults: Settings = {
  edition: "guide",
  delivery_timeout_seconds: callbackTimeLimit / 1000,
  rate_limit_per_minute: rateLimitPerMinute,
};

const settingsName = "settings";
const clockName = "clock_ahead_milliseconds";

/** The settings of one local Cloud. What the start asks for goes before what was set, and is not kept. */
export async function openSettings(
  database: StateDatabase,
  asked: Partial<Settings> = {},
): Promise<SettingsBook> {
  const stored = new Map(
    (await database.selectFrom("settings").selectAll().execute()).map(({ name, value }) => [name, value]),
  );
  let kept = JSON.parse(stored.get(settingsName) ?? "{}") as Partial<Settings>;
  let current: Settings = { ...defaults, ...kept, ...asked };

  async function keep(name: string, value: string): Promise<void> {
    const row = { name, value };
    const insert = database.insertInto("settings").values(row);
    await insert.onConflict((conflict) => conflict.column("name").doUpdateSet({ value })).execute();
  }

  return {
    current: () => current,
    change: async (changes) => {
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      kept = { ...kept, ...given };
      await keep(settingsName, JSON.stringify(kept));
      current = { ...current, ...given };
      return current;
    },
    clockAhead: () => Number(stored.get(clockName) ?? 0),
    keepClockAhead: (milliseconds) => keep(clockName, String(milliseconds)),
  };
}
