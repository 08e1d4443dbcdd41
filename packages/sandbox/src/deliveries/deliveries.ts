/** The record of what was sent to apps, and sending it. */
import type { Kysely } from "kysely";
import { Refusal } from "../errors.ts";
import { maskKeys, maskPortalAnswer, maskUrl } from "../masking.ts";
import type { RegisteredApp, Registry } from "../registry/index.ts";
import type { DeliveryRow, Seal, StateDatabase } from "../store/index.ts";
import type { StateTables } from "../store/tables.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import {
  type DeliveryFilter,
  type DeliveryKind,
  type DeliveryView,
  deliveryKinds,
  listDeliveries,
} from "./list.ts";
import { type AppAnswer, sendToApp } from "./send.ts";

/** What is to be sent to an app, about which installation. */
export type DeliveryPlan = {
  readonly kind: DeliveryKind;
  readonly app: RegisteredApp;
  readonly installedAppId: string;
  readonly organizationId: string;
  readonly instanceId: string;
  /** The exact JSON text. */
  readonly body: string;
  readonly attemptOf?: string;
};

/** A delivery that is on record but not answered yet. */
export type OpenDelivery = DeliveryPlan & { readonly deliveryId: string };

export type Deliveries = {
  /** Puts a delivery on record, in the caller's transaction, before anything is sent. */
  record(database: Kysely<StateTables>, plan: DeliveryPlan): Promise<OpenDelivery>;
  /** Sends a delivery and records the answer. Never throws for what the app does. */
  send(delivery: OpenDelivery): Promise<AppAnswer>;
  /**
   * Sends the very same body again, key included, so many times; each is a delivery of its own.
   *
   * @throws Refusal 404 `not_found` where there is no such delivery (in that organization).
   */
  redeliver(
    deliveryId: string,
    how: { readonly times: number; readonly parallel: boolean; readonly organizationId?: string },
  ): Promise<{ readonly kind: DeliveryKind; readonly answers: readonly AppAnswer[] }>;
  /** One delivery as it is shown. @throws Refusal 404 `not_found`. */
  find(deliveryId: string, organizationId?: string): Promise<DeliveryView>;
  list(filter: DeliveryFilter): Promise<{ readonly data: readonly DeliveryView[]; readonly total: number }>;
  /** The last delivery of a kind for an installation. */
  latest(installedAppId: string, kind: DeliveryKind): Promise<string | undefined>;
  /** Marks what a killed process left without an answer. */
  closeInterrupted(): Promise<void>;
};

const keptAnswer = 4096;
const bodyContext = (deliveryId: string): string => `delivery:${deliveryId}:body`;

/** Deliveries over the state database. */
export function createDeliveries(
  database: StateDatabase,
  seal: Seal,
  registry: Registry,
  tools: Pick<Surroundings, "clock" | "random" | "fetch" | "deliveryTimeout" | "log">,
): Deliveries {
  async function record(target: Kysely<StateTables>, plan: DeliveryPlan): Promise<OpenDelivery> {
    const deliveryId = newIdentifier("dlv", tools.random);
    const row = {
      delivery_id: deliveryId,
      kind: plan.kind,
      organization_id: plan.organizationId,
      app_id: plan.app.appId,
      installed_app_id: plan.installedAppId,
      instance_id: plan.instanceId,
      url_masked: maskUrl(urlFor(plan).reveal()),
      body_sealed: seal.seal(plan.body, bodyContext(deliveryId)),
      body_masked: maskKeys(plan.body),
      sent_at: tools.clock().toISOString(),
      attempt_of: plan.attemptOf ?? null,
    };
    await target.insertInto("deliveries").values(row).execute();
    return { ...plan, deliveryId };
  }

  async function send(delivery: OpenDelivery): Promise<AppAnswer> {
    const answer = await sendToApp(urlFor(delivery), delivery.body, tools);
    await database
      .updateTable("deliveries")
      .set({
        status: answer.status,
        response_body: shownAnswer(delivery.kind, answer.body).slice(0, keptAnswer),
        duration_ms: answer.durationMilliseconds,
        error: answer.error,
      })
      .where("delivery_id", "=", delivery.deliveryId)
      .execute();
    const { deliveryId, kind, installedAppId } = delivery;
    const { status, durationMilliseconds, error } = answer;
    tools.log.info({ deliveryId, kind, installedAppId, status, durationMilliseconds, error }, "delivery");
    return answer;
  }

  async function planAgain(row: DeliveryRow): Promise<DeliveryPlan> {
    const app = await registry.find(row.app_id);
    if (app === undefined) throw notFound();
    return {
      kind: kindOf(row),
      app,
      installedAppId: row.installed_app_id,
      organizationId: row.organization_id,
      instanceId: row.instance_id,
      body: seal.open(row.body_sealed, bodyContext(row.delivery_id)),
      attemptOf: row.attempt_of ?? row.delivery_id,
    };
  }

  return {
    record,
    send,
    redeliver: async (deliveryId, { times, parallel, organizationId }) => {
      const query = database.selectFrom("deliveries").selectAll().where("delivery_id", "=", deliveryId);
      const row = await query.executeTakeFirst();
      if (row === undefined || row.organization_id !== (organizationId ?? row.organization_id))
        throw notFound();
      const plan = await planAgain(row);
      const once = async () => send(await record(database, plan));
      const answers = parallel
        ? await Promise.all(Array.from({ length: times }, once))
        : await oneByOne(times, once);
      return { kind: plan.kind, answers };
    },
    find: async (deliveryId, organizationId) => {
      const [delivery] = (
        await listDeliveries(database, { deliveryId, organizationId, page: 1, pageSize: 1 })
      ).data;
      if (delivery === undefined) throw notFound();
      return delivery;
    },
    list: async (filter) => listDeliveries(database, filter),
    latest: async (installedAppId, kind) => {
      const row = await database
        .selectFrom("deliveries")
        .select("delivery_id")
        .where("installed_app_id", "=", installedAppId)
        .where("kind", "=", kind)
        .orderBy("sequence", "desc")
        .executeTakeFirst();
      return row?.delivery_id;
    },
    closeInterrupted: async () => {
      await database
        .updateTable("deliveries")
        .set({ error: "the local Cloud ended before the answer" })
        .where("status", "is", null)
        .where("error", "is", null)
        .execute();
    },
  };
}

/** An app's answer as it may be shown: no key, and no portal token. */
export function shownAnswer(kind: DeliveryKind, body: string): string {
  return kind === "portal" ? maskPortalAnswer(body) : maskKeys(body);
}

async function oneByOne(times: number, send: () => Promise<AppAnswer>): Promise<readonly AppAnswer[]> {
  const answers: AppAnswer[] = [];
  while (answers.length < times) answers.push(await send());
  return answers;
}

function urlFor({ kind, app }: DeliveryPlan) {
  return kind === "portal" ? app.portalGeneratorUrl : app.registrationCallbackUrl;
}

function kindOf(row: DeliveryRow): DeliveryKind {
  return deliveryKinds.find((kind) => kind === row.kind) ?? "portal";
}

function notFound(): Refusal {
  return new Refusal(404, "not_found", "There is no such delivery.");
}
