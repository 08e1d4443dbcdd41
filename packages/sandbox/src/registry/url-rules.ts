/** Which URLs an app may register, and whether they can be reached. Contract section 2. */
import { Refusal } from "../errors.ts";
import { ownAddressNotice } from "../page-words.ts";
import type { Surroundings } from "../surroundings.ts";
import { networkProblem } from "./network-problem.ts";
import { canBePublic, isThisMachine } from "./reachable-hosts.ts";

/** The two fields of a manifest that hold a URL Cloud calls. */
export type UrlField = "registration_callback_url" | "portal_generator_url";

/**
 * Whether a URL is one that the real Cloud would not take: plain http, which the local one takes for this
 * machine alone, or a host that nobody outside can reach.
 *
 * @throws Refusal 422 naming the field, where neither https nor a development host.
 */
export function checkUrlForm(field: UrlField, text: string): { readonly insecure: boolean } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refuseUrl(field, "is not a URL");
  if (url.username !== "" || url.password !== "")
    throw refuseUrl(field, "must not carry a user name or password");
  if (url.protocol === "https:") return { insecure: !canBePublic(url.hostname) };
  if (url.protocol === "http:" && isThisMachine(url.hostname)) return { insecure: true };
  throw refuseUrl(
    field,
    "must be https; http is taken for localhost and 127.0.0.1 only, while developing. Register a tunnel's https URL",
  );
}

/** What whoever registers an app has to know of its address, though it is taken. */
export function noticesOf(portalUrl: string): readonly string[] {
  return [ownAddressNotice(portalUrl) ?? []].flat();
}

/**
 * Asks the URL once. Any HTTP answer will do, since the real request is a POST with a body.
 *
 * @throws Refusal 422 naming the field, where nothing answers in time.
 */
export async function checkReachable(
  field: UrlField,
  url: string,
  { fetch, settings, time }: Pick<Surroundings, "fetch" | "settings" | "time">,
): Promise<void> {
  const limit = time.deadline(settings().delivery_timeout_seconds * 1000);
  try {
    const answer = await fetch(url, { method: "GET", redirect: "manual", signal: limit.signal });
    await answer.body?.cancel();
  } catch (cause) {
    throw refuseUrl(field, `cannot be reached: ${networkProblem(cause)}. Start the app and try again`);
  } finally {
    limit.release();
  }
}

function refuseUrl(field: UrlField, problem: string): Refusal {
  return new Refusal(422, "invalid_manifest", `${field} ${problem}.`, { field });
}
