/**
 * The rules, one a file, in the order of a report: events, doors, launch, secrets, Cloud, tenants, bad
 * days, kills, pages. A rule drives the app through `world` and judges what it saw through `evidence`.
 */

import answersWhileCloudHangs from "./answers-while-cloud-hangs.ts";
import badInputNamed from "./bad-input-named.ts";
import badInputRefused from "./bad-input-refused.ts";
import barePortalPage from "./bare-portal-page.ts";
import brokenConnection from "./broken-connection.ts";
import changedKey from "./changed-key.ts";
import conflictingInstall from "./conflicting-install.ts";
import cutAfterCommit from "./cut-after-commit.ts";
import deniedLater from "./denied-later.ts";
import deniedMember from "./denied-member.ts";
import duplicateInstall from "./duplicate-install.ts";
import duplicateInstallWork from "./duplicate-install-work.ts";
import duplicateUninstall from "./duplicate-uninstall.ts";
import earlyRefusal from "./early-refusal.ts";
import editionChanges from "./edition-changes.ts";
import embeddingHeader from "./embedding-header.ts";
import errorPageAppFailed from "./error-page-app-failed.ts";
import errorPageCauses from "./error-page-causes.ts";
import errorPageCloudHangs from "./error-page-cloud-hangs.ts";
import errorPageDenied from "./error-page-denied.ts";
import errorPageExpired from "./error-page-expired.ts";
import errorPageInstanceAway from "./error-page-instance-away.ts";
import errorPageMissingPermission from "./error-page-missing-permission.ts";
import errorPageRateLimited from "./error-page-rate-limited.ts";
import errorPageUninstalled from "./error-page-uninstalled.ts";
import errorPageUnknown from "./error-page-unknown.ts";
import foreignFrame from "./foreign-frame.ts";
import foreignRefusal from "./foreign-refusal.ts";
import forgedInstall from "./forged-install.ts";
import forgedPortalRequest from "./forged-portal-request.ts";
import forgedUninstall from "./forged-uninstall.ts";
import freshPortalUrl from "./fresh-portal-url.ts";
import freshSession from "./fresh-session.ts";
import fullDisk from "./full-disk.ts";
import installAccepted from "./install-accepted.ts";
import instanceIdOnEachCall from "./instance-id-on-each-call.ts";
import instancesApart from "./instances-apart.ts";
import keptConnections from "./kept-connections.ts";
import keyAfterRefusal from "./key-after-refusal.ts";
import keyAtRest from "./key-at-rest.ts";
import keyInAnswers from "./key-in-answers.ts";
import keyInArguments from "./key-in-arguments.ts";
import keyInBrowser from "./key-in-browser.ts";
import keyInLog from "./key-in-log.ts";
import killAfterInstall from "./kill-after-install.ts";
import killAfterUninstall from "./kill-after-uninstall.ts";
import killDeduplication from "./kill-deduplication.ts";
import killWork from "./kill-work.ts";
import lateInstall from "./late-install.ts";
import lateInstallLater from "./late-install-later.ts";
import linkAgain from "./link-again.ts";
import linkExpires from "./link-expires.ts";
import linkInNewTab from "./link-in-new-tab.ts";
import lockedDatabase from "./locked-database.ts";
import manifestScopes from "./manifest-scopes.ts";
import manyRefused from "./many-refused.ts";
import noCallFromBrowser from "./no-call-from-browser.ts";
import noCallToCore from "./no-call-to-core.ts";
import oddHttp from "./odd-http.ts";
import othersGoOn from "./others-go-on.ts";
import oversizedBody from "./oversized-body.ts";
import pageAccessibility from "./page-accessibility.ts";
import pageActionInView from "./page-action-in-view.ts";
import pageContrast from "./page-contrast.ts";
import pageKeyboard from "./page-keyboard.ts";
import pageOverflow from "./page-overflow.ts";
import pageReload from "./page-reload.ts";
import pageRests from "./page-rests.ts";
import pageTargets from "./page-targets.ts";
import pageTextSize from "./page-text-size.ts";
import pausesBetweenTries from "./pauses-between-tries.ts";
import portalAccepted from "./portal-accepted.ts";
import portalForeignIds from "./portal-foreign-ids.ts";
import recordsAsText from "./records-as-text.ts";
import recordsOnce from "./records-once.ts";
import reinstall from "./reinstall.ts";
import revokedKey from "./revoked-key.ts";
import type { Rule } from "./rule.ts";
import scopeBeforeCall from "./scope-before-call.ts";
import scopeUnused from "./scope-unused.ts";
import secondInstallOlderLives from "./second-install-older-lives.ts";
import secondInstallOlderRefused from "./second-install-older-refused.ts";
import secondInstallUndecided from "./second-install-undecided.ts";
import secondInstallWork from "./second-install-work.ts";
import secretAddress from "./secret-address.ts";
import sessionEndsWithUninstall from "./session-ends-with-uninstall.ts";
import sessionExpires from "./session-expires.ts";
import sessionInAddress from "./session-in-address.ts";
import tenantsInCalls from "./tenants-in-calls.ts";
import tenantsInPages from "./tenants-in-pages.ts";
import tokenAtRest from "./token-at-rest.ts";
import tokenEntropy from "./token-entropy.ts";
import tokenInLog from "./token-in-log.ts";
import tokenInReferer from "./token-in-referer.ts";
import tokenLeavesAddress from "./token-leaves-address.ts";
import tolerantJson from "./tolerant-json.ts";
import twoTabs from "./two-tabs.ts";
import uninstallAccepted from "./uninstall-accepted.ts";
import uninstallAmidWork from "./uninstall-amid-work.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";
import uninstallLeavesWork from "./uninstall-leaves-work.ts";
import uninstallNamesOne from "./uninstall-names-one.ts";
import uninstallStopsWork from "./uninstall-stops-work.ts";
import unknownToken from "./unknown-token.ts";
import unknownUninstall from "./unknown-uninstall.ts";
import urlsHttps from "./urls-https.ts";
import waitsAsTold from "./waits-as-told.ts";
import waitsUntilDate from "./waits-until-date.ts";
import withoutCookies from "./without-cookies.ts";
import workAfterAnswer from "./work-after-answer.ts";
import workAfterRefusal from "./work-after-refusal.ts";
import wrongPathAlike from "./wrong-path-alike.ts";

export { isPressed } from "./parts/beginning.ts";
export {
  answersEvents,
  answersNoPage,
  endsOthers,
  seeFirstCall,
  worksHard,
  worksSideBySide,
} from "./parts/manner.ts";
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
  lateInstallLater,
  reinstall,
  uninstallNamesOne,
  instancesApart,
  conflictingInstall,
  changedKey,
  keyAfterRefusal,
  secondInstallOlderRefused,
  secondInstallOlderLives,
  secondInstallUndecided,
  secondInstallWork,
  earlyRefusal,
  foreignRefusal,
  revokedKey,
  manyRefused,
  tolerantJson,
  badInputRefused,
  badInputNamed,
  oversizedBody,
  oddHttp,
  keptConnections,
  brokenConnection,
  secretAddress,
  forgedInstall,
  forgedUninstall,
  forgedPortalRequest,
  wrongPathAlike,
  urlsHttps,
  portalAccepted,
  editionChanges,
  portalForeignIds,
  freshPortalUrl,
  tokenEntropy,
  linkAgain,
  linkInNewTab,
  pageReload,
  unknownToken,
  linkExpires,
  freshSession,
  sessionExpires,
  sessionEndsWithUninstall,
  deniedMember,
  deniedLater,
  twoTabs,
  withoutCookies,
  tokenLeavesAddress,
  tokenInReferer,
  sessionInAddress,
  barePortalPage,
  embeddingHeader,
  foreignFrame,
  keyInAnswers,
  keyInBrowser,
  keyInLog,
  keyInArguments,
  tokenInLog,
  keyAtRest,
  tokenAtRest,
  noCallFromBrowser,
  noCallToCore,
  answersWhileCloudHangs,
  workAfterAnswer,
  workAfterRefusal,
  othersGoOn,
  uninstallStopsWork,
  uninstallAmidWork,
  uninstallLeavesWork,
  instanceIdOnEachCall,
  scopeBeforeCall,
  scopeUnused,
  manifestScopes,
  tenantsInPages,
  tenantsInCalls,
  recordsAsText,
  waitsAsTold,
  waitsUntilDate,
  pausesBetweenTries,
  cutAfterCommit,
  killAfterInstall,
  killAfterUninstall,
  killDeduplication,
  killWork,
  recordsOnce,
  lockedDatabase,
  fullDisk,
  pageOverflow,
  pageTextSize,
  pageContrast,
  pageAccessibility,
  pageTargets,
  pageActionInView,
  pageKeyboard,
  pageRests,
  errorPageUninstalled,
  errorPageExpired,
  errorPageUnknown,
  errorPageDenied,
  errorPageCauses,
  errorPageMissingPermission,
  errorPageInstanceAway,
  errorPageCloudHangs,
  errorPageRateLimited,
  errorPageAppFailed,
];
