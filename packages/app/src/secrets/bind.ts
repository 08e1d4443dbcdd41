/** The secrets of one installation; whose they are is fixed here, and is part of what each seal is bound to. */
import { Secret } from "@annex/protocol/words";
import type { Owners } from "../data/unit.ts";
import { AppError } from "../errors/app-error.ts";
import { endedState } from "../errors/ended.ts";
import type { Installation } from "../installations/installation.ts";
import { actingNow } from "../process/whose-code.ts";
import type { Owner, Store } from "../stores/interface.ts";
import { ownerText } from "../stores/owner.ts";
import type { Vaults } from "../vault/vaults.ts";
import type { InstallationSecrets, KeptSecret, Secrets } from "./index.ts";
import { checkedName } from "./names.ts";

export type SecretsParts = {
  readonly store: Pick<Store, "secrets" | "installations">;
  readonly vaults: Vaults;
  readonly installation: Installation;
  readonly owners: Owners;
  readonly clock: () => number;
  /** The member whose doing it is. */
  readonly userId: string | undefined;
};

const mostBytes = 16 * 1024;

export function bindSecrets(parts: SecretsParts): InstallationSecrets {
  const { owners } = parts;
  return {
    ...secretsOf(parts, async () => owners.installation),
    tenant: secretsOf(parts, () => owners.tenant()),
  };
}

/**
 * What a seal is bound to: copied to another installation or another name it does not open. Ids hold no line break.
 *
 * @param owner as `ownerText` writes it.
 */
export function sealContext(owner: string, name: string): string {
  return ["secret", owner, name].join("\n");
}

function secretsOf(parts: SecretsParts, ownerOf: () => Promise<Owner>): Secrets {
  const { store, vaults, clock } = parts;
  const { installedAppId } = parts.installation;
  return {
    set: async (name, given) => {
      checkedName(name);
      const secret = checkedSecret(name, given);
      const owner = await ownerOf();
      const vault = await vaults.current();
      const isSet = await store.secrets.set({
        owner,
        name,
        key: vault.seal(sealContext(ownerText(owner), name), secret),
        prefix: secret.prefix,
        setAt: clock(),
        setBy: parts.userId,
        actor: actingNow(),
        installedAppId,
      });
      if (isSet) return;
      const found = await store.installations.find(installedAppId);
      throw endedState(found?.status ?? "uninstalled");
    },
    get: async (name) => {
      checkedName(name);
      const owner = await ownerOf();
      const sealed = await store.secrets.find(owner, name);
      if (sealed === undefined) return undefined;
      return (await vaults.opening(sealed)).open(sealContext(ownerText(owner), name), sealed);
    },
    remove: async (name) => {
      checkedName(name);
      const owner = await ownerOf();
      return store.secrets.remove({ owner, name, installedAppId, actor: actingNow(), now: clock() });
    },
    list: async () => (await store.secrets.list(await ownerOf())).map(toKept),
  };
}

type Listed = Awaited<ReturnType<Store["secrets"]["list"]>>[number];

/** A stored secret as it may be shown. */
export function toKept({ name, prefix, setAt, setBy }: Listed): KeptSecret {
  return { name, prefix, setAt: new Date(setAt), ...(setBy === undefined ? {} : { setBy }) };
}

/** A prefix that somebody else chose could be the whole of it, so it is made anew. */
function checkedSecret(name: string, given: Secret | string): Secret {
  const text = typeof given === "string" ? given : given.reveal();
  const why =
    text === ""
      ? "is empty"
      : !text.isWellFormed()
        ? "is no text"
        : Buffer.byteLength(text) > mostBytes
          ? "is longer than 16 KiB"
          : undefined;
  if (why === undefined) return new Secret(text);
  throw new AppError({
    code: "invalid_secret",
    status: 422,
    whatHappened: `The secret "${name}" ${why}; nothing was kept.`,
    whatToDo: "Give it again, as its provider shows it.",
    details: { field: name },
  });
}
