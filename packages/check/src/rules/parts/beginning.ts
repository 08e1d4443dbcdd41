/** How the work of an app begins: with the install, or when somebody presses what `--press` names on its page. */
import { type Answer, NotTested, succeeded } from "../../evidence/index.ts";
import { install, openPortal, type Tenant, until, type World } from "../../world/index.ts";
import { quiet } from "./watching.ts";

/** A page may show what is to be pressed when it has asked Cloud for what it needs. */
const longestShown = 8000;

/** What is pressed on a busy machine is sent late; what never was is no work that was lost. */
const longestHeard = 10_000;

/** Ends a bad day. */
type Clear = () => void | Promise<void>;

export type Begun = {
  readonly answer: Answer;
  readonly clear: Clear;
  /** How many calls had come before the work began. */
  readonly known: number;
  /**
   * When the page had its answer to what was pressed, as calls are dated; nothing where nothing is pressed, or not yet. Taken
   * for it is what the page sends or where it goes on: what it only asks for may be the news that it looks for anyway.
   */
  answeredAt(): number | undefined;
};

/** Whether a person has to begin the work, and may. */
export function isPressed({ options }: World): boolean {
  return options.press !== undefined && options.fast !== true;
}

/**
 * Installs a tenant and begins its work on the given day. Where that is done by pressing, the page is opened on a fair day:
 * what is looked at is the work, not the page.
 *
 * @throws NotTested where there is nothing on the page that could be pressed, or nothing comes of it.
 */
export async function beginWork(
  world: World,
  tenant: Tenant,
  day: () => Clear | Promise<Clear> = () => () => undefined,
): Promise<Begun> {
  if (isPressed(world)) return pressed(world, tenant, day);
  const clear = await day();
  return { answer: await install(world, tenant), clear, known: 0, answeredAt: () => undefined };
}

async function pressed(world: World, tenant: Tenant, day: () => Clear | Promise<Clear>): Promise<Begun> {
  const answer = await install(world, tenant);
  const nothing = { answer, clear: () => undefined, known: 0, answeredAt: () => undefined };
  if (!succeeded(answer)) return nothing;
  const selector = world.options.press ?? "";
  // What the install itself brings about is over before what is pressed begins.
  const atRest = quiet(world, tenant);
  const { frame } = await openPortal(world, tenant);
  const button = frame.inner()?.locator(selector).first();
  const isShown = await button?.waitFor({ timeout: longestShown }).then(
    () => true,
    () => false,
  );
  await Promise.all([frame.settle(), atRest]);
  if (button === undefined || isShown !== true) {
    await frame.close();
    throw new NotTested(
      `The page shows nothing that ${selector} names.`,
      "Give --press the CSS selector of a button that the opened page shows.",
      // On a busy machine the page may not have come so far.
      "missed",
    );
  }
  const known = tenant.calls.length;
  const clear = await day();
  const asked = new Set<unknown>();
  let answered: number | undefined;
  let isHeard = false;
  frame.page.on("request", (request) => {
    isHeard = true;
    if (request.method() !== "GET" || request.isNavigationRequest()) asked.add(request);
  });
  frame.page.on("response", (response) => {
    if (asked.has(response.request())) answered ??= world.front.now();
  });
  await frame.press(button, longestShown);
  const isBegun = await until(() => isHeard || tenant.calls.length > known, longestHeard);
  // A page that is left takes its request with it.
  void frame.settle().then(() => frame.close());
  if (!isBegun) {
    await clear();
    throw new NotTested(
      `Nothing left the page when ${selector} was pressed, and nothing was asked of Cloud.`,
      "Give --press the CSS selector of a button that begins the app's work, or run the check on a machine that is less busy.",
      "missed",
    );
  }
  return { answer, clear, known, answeredAt: () => answered };
}
