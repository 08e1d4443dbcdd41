import type { CloudClient } from "@annex/client";
import { CloudAtFirstUse } from "../context/cloud-at-first-use.ts";
import type { InstallationContext } from "../context/index.ts";

/** What is bound to one installation. */
export class BoundInstallation extends CloudAtFirstUse implements InstallationContext {
  readonly installation: InstallationContext["installation"];
  readonly data: InstallationContext["data"];
  readonly secrets: InstallationContext["secrets"];
  readonly audit: InstallationContext["audit"];
  readonly log: InstallationContext["log"];

  constructor(bound: Omit<InstallationContext, "cloud">, makeCloud: () => CloudClient) {
    super(makeCloud);
    this.installation = bound.installation;
    this.data = bound.data;
    this.secrets = bound.secrets;
    this.audit = bound.audit;
    this.log = bound.log;
  }
}
