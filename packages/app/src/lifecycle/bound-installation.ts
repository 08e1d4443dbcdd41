import type { CloudClient } from "@annex/client";
import type { InstallationContext } from "../installation-context.ts";

/**
 * What is bound to one installation, with its client made at the first use. A class, because an object that is written
 * with a getter has a shape of its own for good, and one of these is made for each call.
 */
export class BoundInstallation implements InstallationContext {
  readonly installation: InstallationContext["installation"];
  readonly data: InstallationContext["data"];
  readonly secrets: InstallationContext["secrets"];
  readonly audit: InstallationContext["audit"];
  readonly log: InstallationContext["log"];
  readonly #makeCloud: () => CloudClient;
  #cloud: CloudClient | undefined;

  constructor(bound: Omit<InstallationContext, "cloud">, makeCloud: () => CloudClient) {
    this.installation = bound.installation;
    this.data = bound.data;
    this.secrets = bound.secrets;
    this.audit = bound.audit;
    this.log = bound.log;
    this.#makeCloud = makeCloud;
  }

  get cloud(): CloudClient {
    this.#cloud ??= this.#makeCloud();
    return this.#cloud;
  }
}
