/** What Cloud knows of each installation it told the app about: what it sent, and what was acknowledged. */
import { randomBytes, randomUUID } from "node:crypto";

export type Entry = {
  readonly id: string;
  readonly instance: string;
  readonly key: string;
  /** An acknowledged install must work; one in doubt may. */
  install: "in doubt" | "acknowledged";
  /** An acknowledged uninstall must be refused; one in doubt may. */
  uninstall: "not sent" | "in doubt" | "acknowledged";
};

export class Book {
  readonly entries: Entry[] = [];

  /** A new installation, in an instance of its own, so that none supersedes another. */
  open(): Entry {
    const id = randomUUID();
    const entry: Entry = {
      id: `instapp_${id}`,
      instance: `inst_${id}`,
      key: `blnk_${randomBytes(24).toString("hex")}`,
      install: "in doubt",
      uninstall: "not sent",
    };
    this.entries.push(entry);
    return entry;
  }

  readonly #acknowledged: Entry[] = [];
  readonly #ended: Entry[] = [];

  acknowledgeInstall(entry: Entry): void {
    if (entry.install === "in doubt") this.#acknowledged.push(entry);
    entry.install = "acknowledged";
  }

  acknowledgeUninstall(entry: Entry): void {
    if (entry.uninstall !== "acknowledged") this.#ended.push(entry);
    entry.uninstall = "acknowledged";
  }

  /** Some whose install was acknowledged and whose uninstall was never sent, chosen by chance. */
  installed(atMost: number, random: () => number): readonly Entry[] {
    return chosen(this.#acknowledged, atMost, random).filter((entry) => entry.uninstall === "not sent");
  }

  /** Some whose uninstall was acknowledged, chosen by chance. */
  uninstalled(atMost: number, random: () => number): readonly Entry[] {
    return chosen(this.#ended, atMost, random);
  }

  get uninstallCount(): number {
    return this.#ended.length;
  }
}

function chosen(entries: readonly Entry[], atMost: number, random: () => number): readonly Entry[] {
  if (entries.length <= atMost) return entries;
  const from = Math.floor(random() * (entries.length - atMost));
  return entries.slice(from, from + atMost);
}

const application = "app_victim";
const organization = "org_kills";

export function installEvent(entry: Entry): unknown {
  return {
    installed_app_id: entry.id,
    app_id: application,
    organization_id: organization,
    instance_id: entry.instance,
    api_key: entry.key,
    api_key_prefix: entry.key.slice(0, 8),
    granted_permissions: ["data:read"],
    idempotency_key: `install:${entry.id}`,
  };
}

export function uninstallEvent(entry: Entry): unknown {
  return {
    installed_app_id: entry.id,
    app_id: application,
    organization_id: organization,
    instance_id: entry.instance,
    uninstalled_at: new Date().toISOString(),
    idempotency_key: `uninstall:${entry.id}`,
  };
}

export function portalRequest(entry: Entry): unknown {
  return {
    installed_app_id: entry.id,
    app_id: application,
    organization_id: organization,
    instance_id: entry.instance,
    user_id: "user_kills",
  };
}
