/**
 * The session of a page that the app's own server renders. A navigation carries no
 * header, and there is no cookie in a frame of another site; but a form can carry
 * the session in its body, where no address, history or log sees it. The framework's
 * script on such a page (carrying.ts) turns links into such forms and adds the
 * session to the page's own. Contract section 7.
 */
import type { Exchange } from "../../http/exchange.ts";
import { bodyBytes } from "../../request-body/index.ts";

const formType = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
const formLimit = 1024 * 1024;

/** A form's fields that are the framework's. */
export const carriedFields = { session: "annex_session", method: "annex_method", key: "annex_key" } as const;

/** What a form carried to a route. */
export type CarriedForm = {
  readonly session: string;
  /** Whether it stands for a link: the page is asked for, nothing was filled in. */
  readonly isLoad: boolean;
  /** The key of the press that sent it. */
  readonly key: string | undefined;
  /** The author's own fields. */
  readonly fields: URLSearchParams;
};

/** Whether a request is a form that may carry a session; one with a session in its header is a call of a page's script. */
export function isForm(exchange: Exchange): boolean {
  if (exchange.method !== "POST" || exchange.header("authorization") !== undefined) return false;
  return formType.test(exchange.header("content-type") ?? "");
}

/**
 * Takes a form apart.
 *
 * @throws AppError 413 `body_too_large` over 1 MiB.
 */
export async function readForm(exchange: Exchange): Promise<CarriedForm> {
  const fields = new URLSearchParams(new TextDecoder().decode(await bodyBytes(exchange, formLimit)));
  const session = fields.get(carriedFields.session) ?? "";
  const isLoad = fields.get(carriedFields.method) === "get";
  const key = fields.get(carriedFields.key) ?? undefined;
  for (const name of Object.values(carriedFields)) fields.delete(name);
  return { session, isLoad, key, fields };
}
