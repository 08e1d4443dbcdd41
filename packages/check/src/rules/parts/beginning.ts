/** How the work of an app begins: with the install, or when somebody presses what `--press` names on its page. */
import { type Answer, NotTested, succeeded } from "../../evidence/index.ts";
import { install, openPortal, type Tenant, until, type World } from "../../world/index.ts";
import { type Messages, watchMessages } from "./messages.ts";
import { describeSending, type Sending, type Sendings, watchSendings } from "./sendings.ts";
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
  /** Whether the app has said yes to what begins the work, an install or what was pressed: only then is it to be done. */
  isTaken(): boolean;
  /** What the page has sent since somebody pressed, because of that; nothing where nothing is pressed. */
  sent(): readonly Sending[];
};

/** As much of it as tells what came of it. */
export type Beginning = Pick<Begun, "known" | "isTaken">;

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
  const answer = await install(world, tenant);
  return { answer, clear, known: 0, isTaken: () => succeeded(answer), sent: () => [] };
}

/**
 * In milliseconds: whoever presses has his answer after the first, or is told nothing; so much later the first call of work
 * that was taken has come.
 */
const patience = { taken: 30_000, first: 10_000 };

/** Until the app has said yes to what begins the work. @returns whether it has. */
export function isTakenInTime(
  { isTaken }: Pick<Begun, "isTaken">,
  longest = patience.taken,
): Promise<boolean> {
  return until(isTaken, longest);
}

/**
 * Until the work is under way: the app has said yes to what begins it, and a call has come since.
 *
 * @throws NotTested where one of these is not so, since nothing can be looked at in the middle then.
 */
export async function mustBeUnderWay(
  { calls }: Pick<Tenant, "calls">,
  begun: Beginning,
  longest = patience,
): Promise<void> {
  if (!(await isTakenInTime(begun, longest.taken))) throw neverTaken();
  if (await until(() => calls.length > begun.known, longest.first)) return;
  throw new NotTested(
    `No call of the work came within ${longest.first / 1000} s, so that nothing was under way.`,
    "It needs an app that works sooner, or a machine that is less busy.",
    "missed",
  );
}

/** Nothing is to be expected of what the app never said yes to. */
export function neverTaken(): NotTested {
  return new NotTested(
    "The app did not say yes to what begins its work, the install or what --press names, so that none of it was to be expected.",
    "It needs an app that answers whoever begins its work, or a machine that is less busy.",
    // On a busy machine the answer may come when nobody waits for it any more.
    "missed",
  );
}

async function pressed(world: World, tenant: Tenant, day: () => Clear | Promise<Clear>): Promise<Begun> {
  const answer = await install(world, tenant);
  const nothing = { answer, clear: () => undefined, known: 0, isTaken: () => false, sent: () => [] };
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
  const before = frame.exchanges.map(({ method, url, requestBody }) =>
    describeSending(method, url, requestBody),
  );
  const sendings = watchSendings(frame.page, before, () => world.front.now());
  const messages = watchMessages(frame.page, frame.sockets);
  const known = tenant.calls.length;
  const isTaken = takenBy(sendings, messages, () => tenant.calls.length > known);
  const clear = await day();
  let isHeard = false;
  frame.page.on("request", () => {
    isHeard = true;
  });
  messages.press();
  await sendings.press(() => frame.press(button, longestShown));
  const isBegun = await until(
    () => isHeard || messages.isSent() || tenant.calls.length > known,
    longestHeard,
  );
  // A page that is left takes its request with it.
  const isOver = () => sendings.isAnswered() || isTaken();
  void Promise.all([frame.settle(), until(isOver, isBegun ? patience.taken : 0)]).then(() => frame.close());
  if (!isBegun) {
    await clear();
    throw new NotTested(
      `Nothing left the page when ${selector} was pressed, and nothing was asked of Cloud.`,
      "Give --press the CSS selector of a button that begins the app's work, or run the check on a machine that is less busy.",
      "missed",
    );
  }
  return { answer, clear, known, isTaken, sent: sendings.own };
}

/**
 * Whether what was pressed is taken: by what the page sent, or, where it sent nothing and told the app over a socket, when the
 * app has said something after that and begun to work.
 */
export function takenBy(
  sendings: Pick<Sendings, "own" | "isTaken">,
  messages: Pick<Messages, "isAnswered">,
  isAtWork: () => boolean,
): () => boolean {
  let isTold = false;
  return () => {
    isTold ||= sendings.own().length === 0 && messages.isAnswered() && isAtWork();
    return isTold || sendings.isTaken();
  };
}
