/** Launching an app: who may, what the app is asked, and which answers are taken. Contract section 7. */
import { type AppAnswer, type Deliveries, isAccepted } from "../deliveries/index.ts";
import { Refusal } from "../errors.ts";
import type { Faults } from "../faults/index.ts";
import { type Installation, type Installations, portalPayload } from "../installing/index.ts";
import { carriesKey, maskPortalAnswer } from "../masking.ts";
import { isThisMachine, type RegisteredApp, type Registry } from "../registry/index.ts";
import type { StateDatabase } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import { findMember, type Member } from "../tenants/index.ts";
import type { TraceContext } from "../trace-context.ts";
import { whyNoLaunch } from "./launch-access.ts";

const longestPortalUrl = 8192;
const shownError = 300;

export type LaunchRequest = {
  readonly installedAppId: string;
  readonly organizationId: string;
  readonly userId: string;
  readonly trace?: TraceContext | undefined;
};

/** What a launch gives. The URL is for the one who launches: it goes into no log and no store. */
export type Launched = { readonly portal_url: string; readonly delivery_id: string };

export type Launching = {
  /** Why this member may not launch the app of an installation right now, or nothing where he may. */
  whyNot(app: RegisteredApp, installation: Installation, member: Member): string | undefined;
  /**
   * Asks the app for a fresh portal URL.
   *
   * @param prove asks the member who he is, for an app that wants it at each launch. Refuses by throwing.
   * @throws Refusal 404 `not_found`, 409 `not_active`, 403 `launch_access`, 502 `launch_failed`.
   */
  launch(request: LaunchRequest, prove?: (app: RegisteredApp) => Promise<void>): Promise<Launched>;
};

type Parts = {
  readonly database: StateDatabase;
  readonly registry: Registry;
  readonly installations: Installations;
  readonly deliveries: Deliveries;
  readonly faults: Faults;
  readonly tools: Pick<Surroundings, "settings">;
};

/** Launches over the installations of one local Cloud. */
export function createLaunching(parts: Parts): Launching {
  const { database, registry, installations, deliveries, faults, tools } = parts;

  async function permitted({ installedAppId, organizationId, userId }: LaunchRequest) {
    const installation = await installations.find(installedAppId);
    if (installation === undefined || installation.organizationId !== organizationId)
      throw new Refusal(404, "not_found", "There is no such installation.");
    if (installation.status !== "active")
      throw new Refusal(
        409,
        "not_active",
        `The installation is ${installation.status}. Install the app again to launch it.`,
      );
    const app = await registry.find(installation.appId);
    if (app === undefined) throw new Refusal(404, "not_found", "There is no such app.");
    const fault = faults.launchDenied(installation, userId, true);
    const member = await findMember(database, userId);
    if (member === undefined) throw new Refusal(404, "not_found", "There is no such member.");
    const why = whyNoLaunch(app, member, fault !== undefined);
    if (why !== undefined) throw noAccess(why, fault);
    return { app, installation };
  }

  return {
    whyNot: (app, installation, member) =>
      whyNoLaunch(app, member, faults.launchDenied(installation, member.userId, false) !== undefined),
    launch: async (request, prove) => {
      const asked = await permitted(request);
      await prove?.(asked.app);
      // Asked again, here and after the answer: what was ended or taken away meanwhile wins.
      const { app, installation } = prove === undefined ? asked : await permitted(request);
      const { installedAppId, organizationId, instanceId } = installation;
      const body = portalPayload(installation, request.userId, tools.settings().edition);
      const where = { installedAppId, organizationId, instanceId };
      const plan = { kind: "portal" as const, app, ...where, body, trace: request.trace };
      const delivery = await deliveries.record(database, plan);
      const { deliveryId } = delivery;
      return deliveries.send(delivery, async (answer) => {
        const url = portalUrl(answer, deliveryId);
        await permitted(request);
        return { portal_url: url, delivery_id: deliveryId };
      });
    },
  };
}

function noAccess(why: string, fault: string | undefined): Refusal {
  return new Refusal(403, "launch_access", why, fault === undefined ? {} : { faults: [fault] });
}

/**
 * The portal URL in an app's answer.
 *
 * @throws Refusal 502 `launch_failed` saying what is wrong with the answer.
 */
export function portalUrl(answer: AppAnswer, deliveryId: string): string {
  if (!isAccepted(answer)) throw launchFailed(answer, deliveryId, answer.error ?? "no answer");
  const url = readPortalUrl(answer.body);
  if (typeof url !== "string") throw launchFailed(answer, deliveryId, "its answer holds no portal_url");
  if (url.length > longestPortalUrl) throw launchFailed(answer, deliveryId, "its portal_url is too long");
  if (carriesKey(url))
    throw launchFailed(
      answer,
      deliveryId,
      "its portal_url carries an API key, which must never reach a browser",
    );
  const parsedUrl = URL.parse(url);
  if (parsedUrl === null || !["http:", "https:"].includes(parsedUrl.protocol))
    throw launchFailed(answer, deliveryId, "its portal_url is not an http or https URL");
  if (parsedUrl.username !== "" || parsedUrl.password !== "")
    throw launchFailed(
      answer,
      deliveryId,
      "its portal_url carries a user name or password, which no browser takes in a frame",
    );
  if (parsedUrl.protocol === "http:" && !isThisMachine(parsedUrl.hostname))
    throw launchFailed(
      answer,
      deliveryId,
      "its portal_url is plain http: the real Cloud's dashboard is https, and no browser shows plain http in its frame",
    );
  return url;
}

function readPortalUrl(body: string): unknown {
  const value = parsed(body);
  return typeof value === "object" && value !== null && "portal_url" in value ? value.portal_url : undefined;
}

function launchFailed(answer: AppAnswer, deliveryId: string, reason: string): Refusal {
  return new Refusal(502, "launch_failed", `The app could not be launched: ${reason}.`, {
    delivery_id: deliveryId,
    ...(answer.status === null ? {} : { app_status: answer.status }),
    ...appError(answer.body),
  });
}

/** The app's own words, where it gave any: the field `error` or `message` of its JSON. */
function appError(body: string): { readonly app_error?: string } {
  const value = parsed(body);
  if (typeof value !== "object" || value === null) return {};
  const words = "error" in value ? value.error : "message" in value ? value.message : undefined;
  return typeof words === "string" ? { app_error: maskPortalAnswer(words).slice(0, shownError) } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
