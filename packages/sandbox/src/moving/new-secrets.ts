/** What takes the place of the secrets that were left out of a file. */
import { generateSecret } from "otplib";
import { callbackContext, portalContext } from "../registry/index.ts";
import type { Seal } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import {
  coreKeyContext,
  hashPassword,
  newPassword,
  passwordContext,
  tokenizationContext,
  totpContext,
} from "../tenants/index.ts";
import type { MovedTable } from "./file.ts";

type Row = Readonly<Record<string, unknown>>;

export type NewSecrets = {
  /** A row with new secrets where the file has none. */
  complete(table: MovedTable, row: Row): Promise<Row>;
};

const secretBytes = 32;
/** Where the file shows that something is hidden in a URL. */
const hidden = /…/g;

/** New secrets, sealed for their new place. */
export function newSecrets(seal: Seal, random: Surroundings["random"]): NewSecrets {
  const hex = () => Buffer.from(random(secretBytes)).toString("hex");
  const text = (row: Row, name: string) => String(row[name] ?? "");

  async function member(row: Row): Promise<Row> {
    const id = text(row, "user_id");
    const password = newPassword(random);
    return {
      ...row,
      password_hash: await hashPassword(password),
      password_sealed: seal.seal(password, passwordContext(id)),
      totp_secret_sealed: seal.seal(generateSecret(), totpContext(id)),
    };
  }

  function instance(row: Row): Row {
    const id = text(row, "instance_id");
    return {
      ...row,
      core_key_sealed: seal.seal(hex(), coreKeyContext(id)),
      tokenization_secret_sealed: seal.seal(hex(), tokenizationContext(id)),
    };
  }

  function app({ registration_callback_url, portal_generator_url, ...row }: Row): Row {
    const id = text(row, "app_id");
    const filled = (url: unknown) => String(url).replace(hidden, hex());
    return {
      ...row,
      registration_callback_url_sealed: seal.seal(filled(registration_callback_url), callbackContext(id)),
      portal_generator_url_sealed: seal.seal(filled(portal_generator_url), portalContext(id)),
    };
  }

  function delivery(row: Row): Row {
    const context = `delivery:${text(row, "delivery_id")}:body`;
    return { ...row, body_sealed: seal.seal(text(row, "body_masked"), context) };
  }

  return {
    complete: async (table, row) => {
      if (table === "members") return member(row);
      if (table === "instances") return instance(row);
      if (table === "apps") return app(row);
      if (table === "deliveries") return delivery(row);
      return table === "installations" ? { ...row, api_key_hash: hex() } : row;
    },
  };
}
