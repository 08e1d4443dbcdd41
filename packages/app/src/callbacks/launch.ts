/** The portal generator: who may launch is handed a fresh link. Contract section 7. */
import type { Parsed, PortalRequest } from "@annex/protocol";
import { AppError, errorState } from "../errors/app-error.ts";
import { describeFailure } from "../errors/describe.ts";
import { endedState } from "../errors/ended.ts";
import { errorAnswer, newReference } from "../errors/index.ts";
import { type Answer, jsonAnswer } from "../http/exchange.ts";
import type { Log } from "../log/index.ts";
import { newToken, tokenKey } from "../portal/sessions/tokens.ts";
import type { MayUse } from "../portal/sessions/users.ts";
import type { Store, StoredInstallation, StoredLink } from "../stores/interface.ts";
import { installationAttributes, measure, note } from "../telemetry/index.ts";
import { invalidFields, refusalAnswer } from "./body.ts";
import { loadSchemas, readPortalRequestQuickly } from "./quick-reading.ts";

export type LaunchParts = {
  readonly store: Store;
  readonly mayUse: MayUse;
  readonly publicUrl: () => string;
  readonly linkMilliseconds: number;
  readonly clock: () => number;
  readonly log: Log;
};

/** Answers one portal request: `{portal_url}`, or a 4xx with a code and without a URL. */
export function createLaunch(parts: LaunchParts): (body: unknown) => Promise<Answer> {
  return async (body) => {
    const parsed = await readRequest(body);
    if (!parsed.ok) {
      const reference = newReference();
      const refusal = invalidFields(parsed.problems);
      parts.log.warn("Launch refused.", { reference, code: refusal.code, field: refusal.field });
      return refusalAnswer(refusal, reference);
    }
    try {
      return await launch(parts, parsed.value);
    } catch (error) {
      return refused(parts.log, parsed.value, describeFailure(error), error);
    }
  };
}

async function readRequest(body: unknown): Promise<Parsed<PortalRequest>> {
  const quick = readPortalRequestQuickly(body);
  if (quick !== undefined) return { ok: true, value: quick };
  const { parsePortalRequest } = await loadSchemas();
  return parsePortalRequest(body);
}

// What is known of the installation is read and the link is written in one transaction; only the app's own check, which can take long, comes before it.
async function launch(parts: LaunchParts, request: PortalRequest): Promise<Answer> {
  if (parts.mayUse.asksApp) await askApp(parts, request);
  const { link, opened } = await parts.store.links.open(request.installedAppId, (installation) =>
    openLink(parts, request, installation),
  );
  if (link === undefined) throw opened;
  tell(request, "link");
  const url = `${parts.publicUrl()}/portal/enter?token=${opened}`;
  return jsonAnswer(200, `{"portal_url":${JSON.stringify(url)}}`);
}

async function askApp({ store, mayUse }: LaunchParts, request: PortalRequest): Promise<void> {
  const installation = await store.installations.find(request.installedAppId);
  // What else is wrong is said where the link would be made.
  if (installation === undefined || refusalOf(installation, request) !== undefined) return;
  if (!(await mayUse.check(installation, request.userId))) throw errorState("user_not_allowed");
}

/** A link and its token, or why there is none. */
type OpenedLink =
  | { readonly link: StoredLink; readonly opened: string }
  | { readonly link: undefined; readonly opened: AppError };

function openLink(
  { mayUse, clock, linkMilliseconds }: LaunchParts,
  request: PortalRequest,
  installation: StoredInstallation | undefined,
): OpenedLink {
  if (installation === undefined) return { link: undefined, opened: unknownInstallation() };
  const refusal = refusalOf(installation, request);
  if (refusal !== undefined) return { link: undefined, opened: refusal };
  if (!mayUse.isNamed(request.userId)) return { link: undefined, opened: errorState("user_not_allowed") };
  const now = clock();
  const token = newToken("link", now);
  const link = {
    tokenKey: tokenKey(token),
    installedAppId: installation.installedAppId,
    generation: installation.generation,
    userId: request.userId,
    createdAt: now,
    expiresAt: now + linkMilliseconds,
  };
  return { link, opened: token };
}

function refusalOf(installation: StoredInstallation, request: PortalRequest): AppError | undefined {
  const contradicting = contradictingField(installation, request);
  if (contradicting !== undefined) return mismatch(contradicting);
  return installation.status === "active" ? undefined : endedState(installation.status);
}

function contradictingField(installation: StoredInstallation, request: PortalRequest): string | undefined {
  if (installation.appId !== request.appId) return "app_id";
  if (installation.instanceId !== request.instanceId) return "instance_id";
  const { organizationId } = installation;
  const named = organizationId !== undefined && request.organizationId !== undefined;
  return named && organizationId !== request.organizationId ? "organization_id" : undefined;
}

function unknownInstallation(): AppError {
  return new AppError({
    code: "installation_unknown",
    status: 404,
    whatHappened: "This installation is not known to the app.",
    whatToDo: "Uninstall the app in the Apps library and install it again.",
    details: { field: "installed_app_id" },
  });
}

function mismatch(field: string): AppError {
  return new AppError({
    code: "installation_mismatch",
    status: 403,
    whatHappened: `The ${field} is not that of this installation.`,
    whatToDo: "Launch the app from the Apps library of the instance it is installed in.",
    details: { field },
  });
}

function tell({ installedAppId }: PortalRequest, outcome: string): void {
  const came = { "annex.launch.outcome": outcome };
  note({ ...installationAttributes(installedAppId), ...came });
  measure("annex.launches", 1, came);
}

function refused(log: Log, request: PortalRequest, error: AppError, thrown: unknown): Answer {
  tell(request, error.code);
  const reference = newReference();
  const about = {
    reference,
    code: error.code,
    installed_app_id: request.installedAppId,
    user_id: request.userId,
  };
  if (error.status >= 500) log.error("Launch failed.", { ...about, error: thrown });
  else log.warn("Launch refused.", about);
  return errorAnswer(error, reference);
}
