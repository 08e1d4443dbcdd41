/** Who may make a call: the key, its scopes, its instance. Contract section 8, Refusals. */
import { Refusal } from "../errors.ts";
import { keyRevoked } from "../faults/index.ts";
import { bearerToken } from "../http/bearer.ts";
import type { Installation, Installations } from "../installing/index.ts";
import type { GatewayRequest, GatewayRoute } from "./call.ts";

/** The API key of a request, or nothing where there is none. */
export function keyOf(request: GatewayRequest): string | undefined {
  return bearerToken(request.header("authorization"));
}

/**
 * The installation of a key, whatever has become of it, or nothing where there is none. A key that waits for the
 * app's answer is not active yet, as in the real Cloud.
 */
export function installationOf(
  key: string | undefined,
  installations: Installations,
): Installation | undefined {
  const installation = key === undefined ? undefined : installations.byKey(key);
  return installation?.status === "installing" ? undefined : installation;
}

/** The refusal of a call without a key that is one. */
export function unauthorized(): Refusal {
  return new Refusal(
    401,
    "unauthorized",
    "The API key is missing or unknown. Send it as Authorization: Bearer <key>.",
  );
}

/** @throws Refusal 401 `key_revoked` when the installation is over. */
export function requireActive(installation: Installation): void {
  if (installation.status !== "active") throw keyRevoked();
}

/** @throws Refusal 403 `missing_scope`, with the scope that is missing. */
export function requireScope(installation: Installation, { scope }: GatewayRoute): void {
  if (installation.grantedPermissions.includes(scope)) return;
  const sentence = `This needs the permission ${scope}, which was not granted. Uninstall the app and install it again with it.`;
  throw new Refusal(403, "missing_scope", sentence, { required_scope: scope });
}

/** @throws Refusal 400 `instance_id_required`, 403 `instance_mismatch`. */
export function requireInstance(
  installation: Installation,
  route: GatewayRoute,
  query: URLSearchParams,
): void {
  const wanted = query.getAll("instance_id");
  if (wanted.length === 0 && !route.instanceRequired) return;
  if (wanted.length === 0 || wanted[0] === "")
    throw new Refusal(400, "instance_id_required", "Name the instance in the query: instance_id=inst_….", {
      field: "instance_id",
    });
  if (wanted.some((instanceId) => instanceId !== installation.instanceId))
    throw new Refusal(
      403,
      "instance_mismatch",
      "The API key belongs to another instance than the one named.",
    );
}
