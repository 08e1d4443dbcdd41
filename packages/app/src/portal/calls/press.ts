/**
 * Which press of a member a call belongs to. The page sends a key with each call that changes something
 * (`Idempotency-Key`, or a hidden field of a form): new for each press, the same for whatever repeats it. It is the
 * member's own in this installation: nobody finds what another did under the same key. Contract section 7.
 */
import { hash } from "node:crypto";
import { idempotencyKeyHeader } from "@annex/protocol/words";
import { AppError } from "../../errors/app-error.ts";
import { BodyTooLarge, type Exchange } from "../../http/exchange.ts";
import { bodyBytes } from "../../request-body/index.ts";
import type { CallAddress } from "../../stores/interface.ts";
import type { CarriedForm } from "../documents/carried-session.ts";

/** A call that came with a key. */
export type Press = {
  readonly address: CallAddress;
  /** Of what was asked: something else under the same key is refused. */
  readonly fingerprint: string;
  /** The exchange, whose body can be read once more. */
  readonly exchange: Exchange;
};

/** Who presses. */
export type Presser = {
  readonly installedAppId: string;
  /** The later edition names nobody; then the key is the session's own. */
  readonly userId: string | undefined;
  readonly token: string;
};

/** Largest body of a call with a key, in bytes: all of it is compared. */
const pressBodyLimit = 8 * 1024 * 1024;
const keyForm = /^[\x21-\x7e]{1,255}$/;

/**
 * The press of a call; nothing where it has none, or changes nothing.
 *
 * @throws AppError 400 `invalid_idempotency_key`, 413 `body_too_large`
 */
export async function readPress(
  exchange: Exchange,
  { installedAppId, userId, token }: Presser,
  form: CarriedForm | undefined,
): Promise<Press | undefined> {
  const key = keyOf(exchange, form);
  if (key === undefined) return undefined;
  if (!keyForm.test(key)) throw invalidKey();
  const body = form === undefined ? await bodyBytes(exchange, pressBodyLimit) : form.fields.toString();
  const asked = [exchange.method, exchange.path, exchange.search, ""].join("\n");
  const member = userId === undefined ? `session\n${hash("sha256", token)}` : `user\n${userId}`;
  return {
    address: { installedAppId, key: hash("sha256", `${member}\n${key}`, "base64url") },
    fingerprint: hash("sha256", `${asked}${hash("sha256", body)}`, "base64url"),
    exchange: typeof body === "string" ? exchange : withBody(exchange, body),
  };
}

function keyOf(exchange: Exchange, form: CarriedForm | undefined): string | undefined {
  if (exchange.method === "GET" || exchange.method === "HEAD" || form?.isLoad === true) return undefined;
  return form === undefined ? exchange.header(idempotencyKeyHeader) : form.key;
}

function invalidKey(): AppError {
  return new AppError({
    code: "invalid_idempotency_key",
    status: 400,
    whatHappened: `${idempotencyKeyHeader}: must be 1 to 255 printable characters without blanks. Nothing was done.`,
    whatToDo: "Send a new random text for each press, such as a UUID.",
    details: { field: idempotencyKeyHeader },
  });
}

function withBody(exchange: Exchange, bytes: Uint8Array): Exchange {
  return {
    method: exchange.method,
    path: exchange.path,
    search: exchange.search,
    peer: exchange.peer,
    header: (name) => exchange.header(name),
    body: async (limit) => {
      if (bytes.length > limit) throw new BodyTooLarge(limit);
      return bytes;
    },
    request: () => {
      const { url, method, headers } = exchange.request();
      return new Request(url, {
        method,
        headers,
        ...(bytes.length === 0 ? {} : { body: bytes as BodyInit }),
      });
    },
  };
}
