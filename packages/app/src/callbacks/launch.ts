/** The portal generator: who may launch is handed a fresh link. Contract section 7. */
import type { Parsed, PortalRequest } from "@annex/protocol";
import { AppError, errorState } from "../errors/app-error.ts";
import { describeFailure } from "../errors/describe.ts";
import { endedState } from "../errors/ended.ts";
import { errorAnswer, newReference } from "../errors/index.ts";
import { type Answer, jsonAnswer } from "../exchange.ts";
import type { Log } from "../log/index.ts";
import { newToken, tokenKey } from "../portal/tokens.ts";
import type { MayUse } from "../portal/users.ts";
import type { Store, StoredInstallation } from "../stores/interface.ts";
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

async function launch(parts: LaunchParts, request: PortalRequest): Promise<Answer> {
  const installation = await parts.store.installations.find(request.installedAppId);
  const checked = checkInstallation(installation, request);
  if (!(await parts.mayUse(checked, request.userId))) throw errorState("user_not_allowed");
  const now = parts.clock();
  const token = newToken("link", now);
  await parts.store.links.add({
    tokenKey: tokenKey(token),
    installedAppId: checked.installedAppId,
    generation: checked.generation,
    userId: request.userId,
    createdAt: now,
    expiresAt: now + parts.linkMilliseconds,
  });
  return jsonAnswer(
    200,
    `{"portal_url":${JSON.stringify(`${parts.publicUrl()}/portal/enter?token=${token}`)}}`,
  );
}

function checkInstallation(
  installation: StoredInstallation | undefined,
  request: PortalRequest,
): StoredInstallation {
  if (installation === undefined) throw unknownInstallation();
  const contradicting = contradictingField(installation, request);
  if (contradicting !== undefined) throw mismatch(contradicting);
  if (installation.status !== "active") throw endedState(installation.status);
  return installation;
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

function refused(log: Log, request: PortalRequest, error: AppError, thrown: unknown): Answer {
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
