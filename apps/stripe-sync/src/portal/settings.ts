/** Settings of one installation: the Stripe key, the webhook, the schedule. */
import { AppError, type PortalContext } from "@annex/app";
import { Secret } from "@annex/protocol";
import { z } from "zod";
import { maySync } from "../permissions.ts";
import type { FindingsRemovalJson, SettingsJson } from "../portal-types.ts";
import { keepSchedule, scheduleOf } from "../schedule/look-job.ts";
import { checkedSchedule, nextTime } from "../schedule/schedule.ts";
import {
  connectionSecret,
  enteredConnection,
  hasStripe,
  type StripeSource,
  secretNames,
} from "../settings/settings.ts";
import { checkedKey, verifyKey } from "../settings/verify-key.ts";
import { stripeApiVersion } from "../stripe/access.ts";
import { neededPermissions, newKeyUrl } from "../stripe/permissions.ts";
import { newestEvent } from "../sync/events.ts";
import { countResolvedFindings, keepFindingsFor, keptDaysOf } from "../sync/finding-retention.ts";
import { currentBooks, isoTime, rememberBooks } from "../sync/register.ts";
import { webhookPath } from "../webhook/door.ts";
import { wantedEvents } from "../webhook/event.ts";
import type { PortalParts } from "./parts.ts";
import { countUpTo, readQuery } from "./query.ts";

export type SettingsParts = PortalParts & { readonly source: StripeSource };

export async function settings(c: PortalContext, { source, clock }: SettingsParts): Promise<SettingsJson> {
  const kept = new Map((await c.secrets.list()).map((secret) => [secret.name, secret]));
  const key = kept.get(secretNames.key);
  const webhook = kept.get(secretNames.webhook);
  const schedule = await scheduleOf(c.data);
  // Without a key, or what a sync needs, the schedule starts nothing.
  const starts = maySync(c.installation.grantedPermissions) && (await hasStripe(source, c));
  const next = starts ? nextTime(schedule, clock()) : undefined;
  const last = await newestEvent(c.data);
  const keptDays = await keptDaysOf(c.data);
  const books = await currentBooks(c.data);
  const connectedAccount = (await enteredConnection(c))?.connectedAccount;
  return {
    key: {
      from: key !== undefined ? "entered" : source.fallback === undefined ? "none" : "environment",
      ...(key === undefined ? {} : keptJson(key)),
      ...(books === undefined ? {} : { account: books.account, mode: books.mode }),
      ...(connectedAccount === undefined ? {} : { connected_account: connectedAccount }),
      permissions: [...neededPermissions],
      new_key_url: newKeyUrl,
      api_version: stripeApiVersion,
    },
    webhook: {
      path: webhookPath(c.installation.installedAppId),
      is_set: webhook !== undefined,
      ...(webhook === undefined ? {} : keptJson(webhook)),
      ...(last === undefined ? {} : { last_event_at: isoTime(last) }),
      events: [...wantedEvents],
    },
    schedule: {
      ...(schedule.cron === undefined ? {} : { cron: schedule.cron }),
      time_zone: schedule.timeZone,
      ...(next === undefined ? {} : { next_at: new Date(next).toISOString() }),
    },
    findings: keptDays === undefined ? {} : { kept_days: keptDays },
  };
}

function keptJson({ prefix, setAt, setBy }: { prefix: string; setAt: Date; setBy?: string }) {
  return { prefix, set_at: setAt.toISOString(), ...(setBy === undefined ? {} : { set_by: setBy }) };
}

const keyBody = z.object({
  key: z.string().min(1, "must not be empty").max(500, "is longer than any key of Stripe's"),
  connected_account: z
    .string()
    .trim()
    .regex(/^acct_[A-Za-z0-9]{1,64}$/, "must be the id of an account at Stripe, which begins with acct_")
    .optional(),
});

/** Tried out before it is kept; a sync begins with it at once. */
export async function setKey(c: PortalContext, parts: SettingsParts) {
  const { key: entered, connected_account: connectedAccount } = await c.body(keyBody);
  const text = checkedKey(entered);
  const connection = { key: new Secret(text, text.slice(0, 8)), connectedAccount };
  const stripe = parts.source.connect(connection);
  const account = await verifyKey(stripe).catch((error: unknown) => {
    throw error instanceof AppError ? ofTheField(error) : error;
  });
  await c.secrets.set(secretNames.key, connectionSecret(connection));
  // The pages show whose books these are from now on, not those of the key before until a sync begins.
  await rememberBooks(c.data, { account, mode: stripe.mode });
  const { userId } = c.user;
  const input = { reason: "key" as const, ...(userId === undefined ? {} : { startedBy: userId }) };
  await c.jobs.start(parts.job, input);
  return c.json(await settings(c, parts));
}

function ofTheField({ code, status, whatHappened, whatToDo, details, cause }: AppError): AppError {
  return new AppError({
    code,
    status,
    whatHappened: `${whatHappened} The key was not kept.`,
    whatToDo,
    details: { ...details, field: "key" },
    cause,
  });
}

export async function removeKey(c: PortalContext, parts: SettingsParts) {
  await c.secrets.remove(secretNames.key);
  return c.json(await settings(c, parts));
}

const webhookBody = z.object({
  secret: z
    .string()
    .trim()
    .regex(
      /^whsec_[A-Za-z0-9+/=_-]{16,200}$/,
      "must be the signing secret of the webhook at Stripe, which begins with whsec_",
    ),
});

export async function setWebhook(c: PortalContext, parts: SettingsParts) {
  const { secret } = await c.body(webhookBody);
  await c.secrets.set(secretNames.webhook, new Secret(secret, "whsec_"));
  return c.json(await settings(c, parts));
}

export async function removeWebhook(c: PortalContext, parts: SettingsParts) {
  await c.secrets.remove(secretNames.webhook);
  return c.json(await settings(c, parts));
}

const scheduleBody = z.object({ cron: z.string().max(100).nullable(), time_zone: z.string().max(100) });

export async function setSchedule(c: PortalContext, parts: SettingsParts) {
  const { cron, time_zone: timeZone } = await c.body(scheduleBody);
  const schedule = checkedSchedule({ timeZone, ...(cron === null ? {} : { cron }) });
  await keepSchedule(c.data, schedule, parts.clock());
  return c.json(await settings(c, parts));
}

const removalRead = { days: countUpTo(36_500) };

/** What a member is told before findings are kept for fewer days. */
export async function findingsRemoval(
  c: PortalContext,
  { clock }: SettingsParts,
): Promise<FindingsRemovalJson> {
  const { days } = readQuery(c, removalRead);
  return { count: await countResolvedFindings(c.data, days, new Date(clock())) };
}

const findingsBody = z.object({ kept_days: z.int().min(1).max(36_500).nullable() });

export async function setFindings(c: PortalContext, parts: SettingsParts) {
  const { kept_days: days } = await c.body(findingsBody);
  await keepFindingsFor(c.data, days ?? undefined);
  return c.json(await settings(c, parts));
}
