/** The record of what was sent to apps, and sending it. */
import type { Kysely } from "kysely";
import { Refusal } from "../errors.ts";
import { type Delay, type Faults, straight, type Waiting, waitOut } from "../faults/index.ts";
import type { Feed } from "../feed/index.ts";
import { maskKeys, maskPortalAnswer, maskUrl } from "../masking.ts";
import type { RegisteredApp, Registry } from "../registry/index.ts";
import { createRetention, type DeliveryRow, type Seal, type StateDatabase } from "../store/index.ts";
import type { StateTables } from "../store/tables.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import { childOf, newTrace, type TraceContext } from "../trace-context.ts";
import { arrivalAfterRestart, uninstallContext } from "./after-restart.ts";
import { type Arrival, runCourse } from "./course.ts";
import { createHeldDeliveries } from "./held.ts";
import {
  type DeliveryFilter,
  type DeliveryKind,
  type DeliveryView,
  deliveryKinds,
  listDeliveries,
} from "./list.ts";
import { type Post, patientPost } from "./patience.ts";
import { copyOf, type DeliveryPlan, type OpenDelivery } from "./plans.ts";
import { type AppAnswer, sendToApp, tooSlow } from "./send.ts";

/** What was sent again, about which installation, and what was answered each time. */
export type Redelivered = {
  readonly kind: DeliveryKind;
  readonly installedAppId: string;
  readonly answers: readonly AppAnswer[];
};

export type Redelivery = {
  readonly times: number;
  readonly parallel: boolean;
  readonly organizationId?: string;
  /** The step that asks for it. */
  readonly trace?: TraceContext | undefined;
};

export type Deliveries = {
  /** Puts a delivery on record, in the caller's transaction, before anything is sent. */
  record(database: Kysely<StateTables>, plan: DeliveryPlan): Promise<OpenDelivery>;
  /**
   * Sends a delivery, records the answer and gives what is concluded from it. Never throws for what the
   * app does; throws what `conclude` throws, once everything that has to arrive has arrived.
   *
   * @param heard what is made of the answer to each copy that a fault sends besides, where anything is.
   */
  send<Result>(
    delivery: OpenDelivery,
    conclude: (answer: AppAnswer) => Promise<Result>,
    heard?: (answer: AppAnswer) => Promise<void>,
  ): Promise<Result>;
  /**
   * Sends the very same body again, key included, so many times; each is a delivery of its own. What the
   * answers mean for the installation is the caller's to conclude.
   *
   * @throws Refusal 404 `not_found` where there is no such delivery (in that organization), 409 `app_removed`.
   */
  redeliver(deliveryId: string, how: Redelivery): Promise<Redelivered>;
  /** One delivery as it is shown. @throws Refusal 404 `not_found`. */
  find(deliveryId: string, organizationId?: string): Promise<DeliveryView>;
  list(filter: DeliveryFilter): Promise<{ readonly data: readonly DeliveryView[]; readonly total: number }>;
  /** The deliveries of a trace, oldest first. */
  ofTrace(traceId: string): Promise<readonly DeliveryView[]>;
  /** The last delivery of a kind for an installation. */
  latest(installedAppId: string, kind: DeliveryKind): Promise<string | undefined>;
  /** Marks what a killed process left without an answer. */
  closeInterrupted(): Promise<void>;
  /** Goes on holding back what faults held back before a restart, each until it is due. */
  goOnHolding(): Promise<void>;
  /** Waits no longer for what a fault still holds back: it is due after the next start. */
  close(): Promise<void>;
};

const keptAnswer = 4096;
const mostOfATrace = 1000;
const keptDeliveries = 200_000;
const bodyContext = (deliveryId: string): string => `delivery:${deliveryId}:body`;

/** Deliveries over the state database. */
export function createDeliveries(
  database: StateDatabase,
  seal: Seal,
  registry: Registry,
  faults: Faults,
  feed: Feed,
  tools: Pick<Surroundings, "clock" | "time" | "random" | "fetch" | "settings" | "log">,
): Deliveries {
  const retention = createRetention(database, "deliveries", keptDeliveries);
  const held = createHeldDeliveries(database);
  const closing = new AbortController();
  const background = new Set<Promise<void>>();

  async function record(target: Kysely<StateTables>, plan: DeliveryPlan): Promise<OpenDelivery> {
    const deliveryId = newIdentifier("dlv", tools.random);
    const strike =
      plan.straight === undefined
        ? faults.delivery(aboutOf(plan), plan.kind)
        : { effect: straight, names: plan.straight };
    const body = strike.effect.changeBody?.(plan.body) ?? plan.body;
    const trace = plan.trace === undefined ? newTrace(tools) : childOf(plan.trace, tools);
    const row = {
      delivery_id: deliveryId,
      kind: plan.kind,
      organization_id: plan.organizationId,
      app_id: plan.app.appId,
      installed_app_id: plan.installedAppId,
      instance_id: plan.instanceId,
      url_masked: maskUrl(urlFor(plan).reveal()),
      body_sealed: seal.seal(body, bodyContext(deliveryId)),
      body_masked: maskKeys(body),
      sent_at: tools.clock().toISOString(),
      attempt_of: plan.attemptOf ?? null,
      faults: JSON.stringify(strike.names),
      trace_id: trace.traceId,
      span_id: trace.spanId,
      parent_id: trace.parentId,
    };
    await target.insertInto("deliveries").values(row).execute();
    return { ...plan, body, deliveryId, strike, trace };
  }

  async function post(delivery: OpenDelivery, limit: number): Promise<AppAnswer> {
    const answer = await sendToApp(
      { url: urlFor(delivery), body: delivery.body, trace: delivery.trace, limit },
      tools,
    );
    const { deliveryId, kind, installedAppId, strike } = delivery;
    const { status, durationMilliseconds, error } = answer;
    const line = { deliveryId, kind, installedAppId, status, durationMilliseconds, error };
    tools.log.info(strike.names.length === 0 ? line : { ...line, faults: strike.names }, "delivery");
    return answer;
  }

  async function keep(delivery: OpenDelivery, answer: AppAnswer): Promise<AppAnswer> {
    const { deliveryId, kind } = delivery;
    await database
      .updateTable("deliveries")
      .set({
        status: answer.status,
        response_body: shownAnswer(kind, answer.body).slice(0, keptAnswer),
        duration_ms: answer.durationMilliseconds,
        error: answer.error,
      })
      .where("delivery_id", "=", deliveryId)
      .execute();
    await retention.after(1);
    feed.publish({ kind: "delivery", organizationId: delivery.organizationId, deliveryId });
    return answer;
  }

  async function note({ deliveryId }: Pick<OpenDelivery, "deliveryId">, unheard: string): Promise<void> {
    await database
      .updateTable("deliveries")
      .set(({ eb, fn, val }) => ({ error: eb(fn.coalesce("error", val("")), "||", `; ${unheard}`) }))
      .where("delivery_id", "=", deliveryId)
      .execute();
  }

  const postOnce: Post = async (delivery, limit, heard) => {
    const answer = await post(delivery, limit);
    await heard(answer);
    return answer;
  };

  async function sendStraight(plan: DeliveryPlan, send = postOnce): Promise<AppAnswer> {
    const delivery = await record(database, plan);
    return send(delivery, limit(), (answer) => keep(delivery, answer));
  }

  const limit = () => tools.settings().delivery_timeout_seconds * 1000;

  function inBackground(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) tools.log.error({ err: error }, "a delivery held back failed");
      })
      .finally(() => background.delete(running));
    background.add(running);
  }

  function send<Result>(
    delivery: OpenDelivery,
    conclude: (answer: AppAnswer) => Promise<Result>,
    heard?: (answer: AppAnswer) => Promise<void>,
  ): Promise<Result> {
    const marked = { straight: delivery.strike.names };
    const given = limit();
    const uninstallBody = delivery.uninstallBody ?? "";
    const hold = (delays: readonly Delay[], uninstall?: Uint8Array) =>
      held.hold(delivery.deliveryId, tools.clock(), delays, delivery.strike.effect, uninstall);
    return runCourse(delivery.strike.effect, {
      limit: given,
      waitOut: (delays) => waitOut(delays, tools.time, waitingOf(delivery.deliveryId)),
      timeLimit: () => tools.time.deadline(given),
      send: async (milliseconds) => keep(delivery, await post(delivery, milliseconds)),
      ...arrivalOf(delivery),
      hearCopy: async (answer) => heard?.(answer),
      sendUninstall: () => sendStraight({ ...delivery, ...marked, kind: "uninstall", body: uninstallBody }),
      giveUp: (unheard) => keep(delivery, givenUp(given, unheard)),
      conclude,
      inBackground,
      hold,
      holdBehindUninstall: (delays) =>
        hold(delays, seal.seal(uninstallBody, uninstallContext(delivery.deliveryId))),
      letUninstallGo: () => held.letUninstallGo(delivery.deliveryId, tools.clock()),
    });
  }

  /** What is done with a delivery that arrives when Cloud has given up on it. */
  function arrivalOf(delivery: OpenDelivery, send = postOnce): Arrival {
    const { deliveryId } = delivery;
    return {
      sendUnheard: (answered) => send(delivery, limit(), answered),
      sendCopy: () => sendStraight(copyOf(delivery), send),
      note: (unheard) => note(delivery, unheard),
      letGo: () => held.letGo(deliveryId),
    };
  }

  /** What has been waited for already is not waited for again after a restart. */
  function waitingOf(deliveryId: string): Waiting {
    return {
      signal: closing.signal,
      onEnded: (since, rest) => held.shorten(deliveryId, since, rest),
    };
  }

  /** What a person sends again goes straight: nobody is to wonder which of two things he sees. */
  async function planAgain(row: DeliveryRow): Promise<DeliveryPlan> {
    const app = await registry.find(row.app_id);
    if (app === undefined) throw appRemoved();
    return { ...planOf(row, app), attemptOf: row.attempt_of ?? row.delivery_id, straight: [] };
  }

  function planOf(row: DeliveryRow, app: RegisteredApp): DeliveryPlan {
    return {
      kind: kindOf(row),
      app,
      installedAppId: row.installed_app_id,
      organizationId: row.organization_id,
      instanceId: row.instance_id,
      body: seal.open(row.body_sealed, bodyContext(row.delivery_id)),
    };
  }

  return {
    record,
    send,
    redeliver: async (deliveryId, { times, parallel, organizationId, trace }) => {
      const query = database.selectFrom("deliveries").selectAll().where("delivery_id", "=", deliveryId);
      const row = await query.executeTakeFirst();
      if (row === undefined || row.organization_id !== (organizationId ?? row.organization_id))
        throw notFound();
      const plan = { ...(await planAgain(row)), trace };
      const once = () => sendStraight(plan);
      const answers = parallel
        ? await Promise.all(Array.from({ length: times }, once))
        : await oneByOne(times, once);
      return { kind: plan.kind, installedAppId: plan.installedAppId, answers };
    },
    find: async (deliveryId, organizationId) => {
      const [delivery] = (
        await listDeliveries(database, { deliveryId, organizationId, page: 1, pageSize: 1 })
      ).data;
      if (delivery === undefined) throw notFound();
      return delivery;
    },
    list: async (filter) => listDeliveries(database, filter),
    ofTrace: async (traceId) =>
      (await listDeliveries(database, { traceId, page: 1, pageSize: mostOfATrace })).data.toReversed(),
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
    goOnHolding: async () => {
      const patient = patientPost({ post, sendStraight, registry, tools, signal: closing.signal });
      const arrive = arrivalAfterRestart({
        ...{ held, faults, registry, seal, time: tools.time, planOf, note, waitingOf },
        send: (plan) => sendStraight(plan, patient),
        arrivalOf: (delivery) => arrivalOf(delivery, patient),
      });
      for (const one of await held.all()) inBackground(() => arrive(one));
    },
    close: async () => {
      closing.abort();
      await Promise.all(background);
    },
  };
}

/** What Cloud believes of a delivery whose answer it did not get. */
function givenUp(limit: number, unheard: string | undefined): AppAnswer {
  const error = unheard === undefined ? tooSlow(limit) : `${tooSlow(limit)}; ${unheard}`;
  return { status: null, body: "", durationMilliseconds: limit, error };
}

function aboutOf({ organizationId, app, instanceId, installedAppId }: DeliveryPlan) {
  return { organizationId, appId: app.appId, instanceId, installedAppId };
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

function appRemoved(): Refusal {
  return new Refusal(409, "app_removed", "The app was removed, and with it the URLs that this was sent to.");
}

function notFound(): Refusal {
  return new Refusal(404, "not_found", "There is no such delivery.");
}
