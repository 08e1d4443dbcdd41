import { fail, findSecret, NotTested, pass, searchFor, secretSegments } from "../evidence/index.ts";
import { linkSecrets } from "./parts/link-secrets.ts";
import { beginOccasions, mustBeWholeLog, seeLogs } from "./parts/logs.ts";
import { sessionsSeen } from "./parts/portal-sessions.ts";
import { defineRule } from "./rule.ts";

const shortest = 12;

export default defineRule({
  id: "token-in-log",
  title: "Neither a portal token, nor a session, nor the secret of the app's own URLs is in the log",
  section: "7",
  holdsTo: "The token never leaves through Referer or a log; the path with the secret is never logged.",
  severity: "serious",
  how: "After launches and opened pages, standard output, standard error and the log files are searched for the tokens, for what the pages' requests carried as their session, and for the secret part of the two URLs.",
  fix: "Log the route's name instead of the address, in your own log and in the access log of whatever stands in front.",
  needs: ["log"],
  pace: "last",
  prepare: (world) => void beginOccasions(world),
  opensPage: true,
  observe: async (world) => {
    // First: the log is read when all that it might hold has been done.
    const sessions = await sessionsSeen(world);
    const { text, isCut, urls } = await seeLogs(world);
    const secrets = [world.options.callback, world.options.portal].flatMap(secretSegments);
    const known = await linkSecrets(world, urls);
    const links = [...new Set([...urls, ...world.tokens])]
      .map(known.of)
      .map((link) => link.filter(({ length }) => length >= shortest));
    // By their place, since a link of many parts leads in only with each of them.
    const places = [...Array(Math.max(0, ...links.map(({ length }) => length))).keys()];
    const found = places.map((place) => searchFor(links.flatMap((link) => link[place] ?? []))(text));
    const [token] = found.filter((one) => one !== undefined);
    return {
      secret: secrets.some((secret) => secret.length >= shortest && findSecret(text, secret) !== undefined),
      token,
      isWhole: found.every((one) => one !== undefined),
      isSure: known.isSure,
      isCut,
      session: searchFor(sessions)(text),
    };
  },
  judge: ({ secret, token, isWhole, isSure, isCut, session }) => {
    const found = [
      ...(token === undefined || !isWhole
        ? []
        : [`The log holds a portal token (${token.form}): ${token.around}`]),
      ...(session === undefined
        ? []
        : [`The log holds the session of an opened page (${session.form}): ${session.around}`]),
      ...(secret ? ["The log holds the secret part of the app's URLs."] : []),
    ];
    if (found.length > 0) return fail(...found);
    if (token !== undefined && !isSure)
      throw new NotTested(
        "The log holds one of several parts of a portal URL that differ each time, and none of them is refused when it is spoiled.",
        "Somebody has to look whether that part lets anybody in.",
      );
    mustBeWholeLog({ isCut });
    return pass("None of them is there.");
  },
});
