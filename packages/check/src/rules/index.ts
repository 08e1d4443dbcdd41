/**
 * The rules, one a file, in the order of a report: events, doors, launch, secrets, Cloud, tenants, bad
 * days, kills, pages. A rule drives the app through `world` and judges what it saw through `evidence`.
 */
import answersWhileCloudHangs from "./answers-while-cloud-hangs.ts";
import badInputNamed from "./bad-input-named.ts";
import badInputRefused from "./bad-input-refused.ts";
import conflictingInstall from "./conflicting-install.ts";
import duplicateInstall from "./duplicate-install.ts";
import duplicateInstallWork from "./duplicate-install-work.ts";
import duplicateUninstall from "./duplicate-uninstall.ts";
import embeddingHeader from "./embedding-header.ts";
import forgedInstall from "./forged-install.ts";
import forgedPortalRequest from "./forged-portal-request.ts";
import forgedUninstall from "./forged-uninstall.ts";
import freshPortalUrl from "./fresh-portal-url.ts";
import installAccepted from "./install-accepted.ts";
import instanceIdOnEachCall from "./instance-id-on-each-call.ts";
import lateInstall from "./late-install.ts";
import oversizedBody from "./oversized-body.ts";
import portalAccepted from "./portal-accepted.ts";
import portalForeignIds from "./portal-foreign-ids.ts";
import reinstall from "./reinstall.ts";
import type { Rule } from "./rule.ts";
import secretAddress from "./secret-address.ts";
import tokenEntropy from "./token-entropy.ts";
import tolerantJson from "./tolerant-json.ts";
import uninstallAccepted from "./uninstall-accepted.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";
import uninstallNamesOne from "./uninstall-names-one.ts";
import uninstallStopsWork from "./uninstall-stops-work.ts";
import unknownUninstall from "./unknown-uninstall.ts";
import workAfterAnswer from "./work-after-answer.ts";
import wrongPathAlike from "./wrong-path-alike.ts";

export type { Need, Pace, Rule } from "./rule.ts";

export const rules: readonly Rule[] = [
  installAccepted,
  uninstallAccepted,
  uninstallEndsLaunch,
  duplicateInstall,
  duplicateInstallWork,
  duplicateUninstall,
  unknownUninstall,
  lateInstall,
  reinstall,
  uninstallNamesOne,
  conflictingInstall,
  tolerantJson,
  badInputRefused,
  badInputNamed,
  oversizedBody,
  secretAddress,
  forgedInstall,
  forgedUninstall,
  forgedPortalRequest,
  wrongPathAlike,
  portalAccepted,
  portalForeignIds,
  freshPortalUrl,
  tokenEntropy,
  embeddingHeader,
  answersWhileCloudHangs,
  workAfterAnswer,
  uninstallStopsWork,
  instanceIdOnEachCall,
];
