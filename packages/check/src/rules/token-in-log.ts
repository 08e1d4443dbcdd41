import { fail, findSecret, pass, searchFor, secretSegments, tokenReader } from "../evidence/index.ts";
import { beginOccasions, seeLogs } from "./logs.ts";
import { sessionsSeen } from "./portal-sessions.ts";
import { defineRule } from "./rule.ts";

const shortest = 12;

export default defineRule({
  id: "token-in-log",
  title: "Neither a portal token, nor a session, nor the doors' secret is in the log",
  section: "7",
  holdsTo: "The token never leaves through Referer or a log; the path with the secret is never logged.",
  severity: "serious",
  how: "After launches and opened pages, standard output, standard error and the log files are searched for the tokens, for what the pages' requests carried as their session, and for the secret part of the two URLs.",
  fix: "Log the route's name instead of the address, in your own log and in the access log of whatever stands in front.",
  needs: ["log"],
  pace: "last",
  prepare: (world) => void beginOccasions(world),
  observe: async (world) => {
    // First: the log is read when all that it might hold has been done.
    const sessions = await sessionsSeen(world);
    const { text, urls } = await seeLogs(world);
    const secrets = [world.options.callback, world.options.portal].flatMap(secretSegments);
    const tokens = [...new Set([...urls, ...world.tokens])]
      .map(tokenReader(urls))
      .filter((token) => token.length >= shortest);
    return {
      secret: secrets.some((secret) => secret.length >= shortest && findSecret(text, secret) !== undefined),
      token: searchFor(tokens)(text),
      session: searchFor(sessions)(text),
    };
  },
  judge: ({ secret, token, session }) => {
    const found = [
      ...(token === undefined ? [] : [`The log holds a portal token (${token.form}): ${token.around}`]),
      ...(session === undefined
        ? []
        : [`The log holds the session of an opened page (${session.form}): ${session.around}`]),
      ...(secret ? ["The log holds the secret part of the app's URLs."] : []),
    ];
    return found.length === 0 ? pass("None of them is there.") : fail(found.join(" "));
  },
});
