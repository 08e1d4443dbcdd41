import { fail, findSecret, pass, searchFor, secretSegments, tokenOf } from "../evidence/index.ts";
import { beginOccasions, seeLogs } from "./logs.ts";
import { defineRule } from "./rule.ts";

const shortest = 12;

export default defineRule({
  id: "token-in-log",
  title: "Neither a portal token nor the doors' secret is in the log",
  section: "7",
  holdsTo: "The token never leaves through Referer or a log; the path with the secret is never logged.",
  severity: "serious",
  how: "After launches and opened pages, standard output, standard error and the log files are searched for the tokens and for the secret part of the two URLs.",
  fix: "Log the route's name instead of the address, in your own log and in the access log of whatever stands in front.",
  needs: ["log"],
  pace: "last",
  prepare: (world) => void beginOccasions(world),
  observe: async (world) => {
    const { text, url } = await seeLogs(world);
    const secrets = [world.options.callback, world.options.portal].flatMap(secretSegments);
    const tokens = [...new Set([url, ...world.tokens])]
      .map(tokenOf)
      .filter((token) => token.length >= shortest);
    return {
      secret: secrets.some((secret) => secret.length >= shortest && findSecret(text, secret) !== undefined),
      token: searchFor(tokens)(text),
    };
  },
  judge: ({ secret, token }) => {
    const found = [
      ...(token === undefined ? [] : [`The log holds a portal token (${token.form}): ${token.around}`]),
      ...(secret ? ["The log holds the secret part of the app's URLs."] : []),
    ];
    return found.length === 0 ? pass("Neither is there.") : fail(found.join(" "));
  },
});
