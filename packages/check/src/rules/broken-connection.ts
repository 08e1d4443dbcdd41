import { type Answer, describeAnswer, fail, NotTested, pass, seen, succeeded } from "../evidence/index.ts";
import { install, installBody, pause, sendRaw, uninstall } from "../world/index.ts";
import { killAndStart } from "./parts/killing.ts";
import { isStored } from "./parts/known.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

/** So long one waits for the rest of a body that never comes. */
const until = 300;
/** What ends a process needs a moment for it. */
const moment = 500;

export default defineRule({
  id: "broken-connection",
  title: "An event whose connection breaks off in the middle ends nobody and installs nothing",
  section: "9",
  holdsTo:
    "Install, uninstall, and portal generation endpoints should return within 10 seconds, whatever happened to a request before.",
  severity: "critical",
  how: "An install event is sent as far as the middle of its body, to each URL, and the connection is broken off; then another event is sent as ever and launched, and the process must still be there.",
  fix: "Catch what reading a request's body throws when its sender is gone, in one place around every handler: an error that nobody catches ends the process, and with it all other tenants.",
  standsOn: [portalAccepted],
  shownBy: portalAccepted,
  pace: "alone",
  observe: async (world) => {
    const { callback, portal } = world.options;
    if (new URL(callback).protocol !== "http:")
      throw new NotTested(
        "The callback URL is https.",
        "It needs a plain http URL, which the checker can write by hand.",
      );
    const cut = world.tenant();
    for (const url of [callback, portal]) await breakOff(url, JSON.stringify(installBody(cut)));
    await pause(moment);
    const hasEnded = world.process?.runs() === false;
    const next = world.tenant();
    const answer = hasEnded ? undefined : await install(world, next);
    if (hasEnded) await killAndStart(world);
    else await uninstall(world, next);
    return { hasEnded, answer, stored: !hasEnded && (await isStored(world, cut)) };
  },
  judge: ({ hasEnded, answer, stored }) => {
    if (hasEnded)
      return seen(fail("The app's process ended when a connection broke off in the middle of an event."));
    if (stored) return seen(fail("An install event that came only half was stored: it can be launched."));
    return wasTaken(answer)
      ? pass("The next event was taken as ever, and the half one stored nothing.")
      : fail(
          `After a connection broke off in the middle of an event, the next one was not taken: the app ${answer === undefined ? "gave no answer" : describeAnswer(answer)}.`,
        );
  },
});

function wasTaken(answer: Answer | undefined): boolean {
  return answer !== undefined && succeeded(answer);
}

async function breakOff(url: string, body: string): Promise<void> {
  const { pathname, search, host } = new URL(url);
  const head = `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  await sendRaw(url, [head + body.slice(0, body.length / 2)], { milliseconds: until });
}
