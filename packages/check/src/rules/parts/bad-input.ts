/** What an app does with wrong bodies at its two doors, seen once for several rules. */
import { type Answer, badChanges, type Edition, refused, succeeded } from "../../evidence/index.ts";
import {
  deliver,
  installBody,
  installed,
  isLaunched,
  launchAnswer,
  portalBody,
  requestPortal,
  type Tenant,
  uninstallBody,
  type World,
} from "../../world/index.ts";
import { launchesStrangers } from "./known.ts";

export type BadSeen = {
  readonly door: "install" | "uninstall" | "portal";
  readonly field: string;
  readonly change: string;
  readonly answer: Answer;
  /** Whether the wrong event had an effect, where that could be seen. */
  readonly effective: boolean;
  /** Whether it can't be seen what was stored, since the app launches what nobody has told it of. */
  readonly isUnknown?: true;
  /** The right event, which came after wrong ones of its kind were refused, and was not taken. */
  readonly isRight?: true;
};

const notJson = [
  { change: "no JSON", body: "installed_app_id=1&api_key=2" },
  { change: "JSON cut in the middle", body: '{"installed_app_id":"instapp_1","app_id":' },
  { change: "a list", body: "[]" },
  { change: "a text", body: '"install"' },
  { change: "null", body: "null" },
  { change: "nothing at all", body: "" },
  { change: "a number", body: "42" },
];

/** Sends every wrong body to both doors. */
export function seeBadInput(world: World): Promise<readonly BadSeen[]> {
  return world.once("bad input", async () => {
    const living = await installed(world, { toldWrongly: true });
    const installs = await Promise.all(world.editions.map((edition) => badInstalls(world, edition)));
    const [uninstalls, portals, bodies] = [
      await badUninstalls(world, living),
      await badPortals(world, living),
      await badBodies(world),
    ];
    return [...installs.flat(), ...uninstalls, ...portals, ...bodies];
  });
}

async function badInstalls(world: World, edition: Edition): Promise<readonly BadSeen[]> {
  const seen: BadSeen[] = [];
  for (const { field } of badChanges(installBody(world.tenant({ edition }))).filter(unique)) {
    seen.push(...(await badFieldOfInstall(world, edition, field)));
  }
  return seen;
}

/**
 * One field's wrong forms, each about a tenant that the app has not taken: what came after would be a copy, and no app has
 * to read every field.
 */
async function badFieldOfInstall(world: World, edition: Edition, field: string): Promise<readonly BadSeen[]> {
  const seen: BadSeen[] = [];
  const tenants = [world.tenant({ edition, toldWrongly: true })];
  for (const [place, { change }] of changesOf(field, tenants).entries()) {
    const body = changesOf(field, tenants)[place]?.body;
    const answer = await deliver(world.options.callback, body);
    seen.push({ door: "install", field, change, answer, effective: false });
    if (succeeded(answer)) tenants.push(world.tenant({ edition, toldWrongly: true }));
  }
  // One launch tells of all of a field's wrong forms that were refused: none may have stored anything.
  const launched = await Promise.all(tenants.map((tenant) => launchAnswer(world, tenant)));
  const last = seen.at(-1);
  if (last === undefined) return seen;
  const isLaunchedWrongly = launched.some(isLaunched);
  if (isLaunchedWrongly && !(await launchesStrangers(world)))
    return [...seen, { ...last, change: "wrong", effective: true }];
  const known = isLaunchedWrongly ? seen.with(-1, { ...last, isUnknown: true }) : seen;
  return edition === world.editions[0]
    ? [...known, ...(await rightAfterWrong(world, field, tenants, last))]
    : known;
}

/** What was refused was not had: the right event, when it comes, is the first of its kind. */
async function rightAfterWrong(
  world: World,
  field: string,
  tenants: readonly Tenant[],
  { answer: last }: BadSeen,
): Promise<readonly BadSeen[]> {
  const [tenant] = tenants.slice(-1);
  if (tenant === undefined || !refused(last)) return [];
  const installed = await deliver(world.options.callback, installBody(tenant));
  // What came too late on a busy machine says nothing.
  const answer = succeeded(installed) ? await launchAnswer(world, tenant) : installed;
  return !refused(answer)
    ? []
    : [{ door: "install", field, change: "right again", answer, effective: false, isRight: true }];
}

function changesOf(field: string, tenants: readonly Tenant[]) {
  const [tenant] = tenants.slice(-1);
  return tenant === undefined ? [] : badChanges(installBody(tenant)).filter((one) => one.field === field);
}

function unique(
  { field }: { readonly field: string },
  position: number,
  all: readonly { readonly field: string }[],
): boolean {
  return all.findIndex((one) => one.field === field) === position;
}

async function badUninstalls(world: World, living: Tenant): Promise<readonly BadSeen[]> {
  const seen: BadSeen[] = [];
  // An app may take an uninstall whatever its time says: one that Cloud could never finish would be worse.
  const identifying = new Set(["installed_app_id", "idempotency_key"]);
  for (const { field, change, body } of badChanges(uninstallBody(living)).filter((one) =>
    identifying.has(one.field),
  )) {
    const answer = await deliver(world.options.callback, body);
    seen.push({ door: "uninstall", field, change, answer, effective: false });
  }
  if (!isLaunched(await launchAnswer(world, living))) {
    const last = seen.at(-1);
    if (last !== undefined) seen.push({ ...last, field: "some field", change: "wrong", effective: true });
  }
  return seen;
}

async function badPortals(world: World, living: Tenant): Promise<readonly BadSeen[]> {
  const seen: BadSeen[] = [];
  for (const { field, change, body } of badChanges(portalBody(living))) {
    const answer = await requestPortal(world.options.portal, body);
    seen.push({ door: "portal", field, change, answer, effective: isLaunched(answer) });
  }
  return seen;
}

async function badBodies(world: World): Promise<readonly BadSeen[]> {
  const seen: BadSeen[] = [];
  for (const { change, body } of notJson) {
    const answer = await deliver(world.options.callback, body);
    seen.push({ door: "install", field: "body", change, answer, effective: false });
    const portal = await requestPortal(world.options.portal, body);
    seen.push({ door: "portal", field: "body", change, answer: portal, effective: isLaunched(portal) });
  }
  return seen;
}
