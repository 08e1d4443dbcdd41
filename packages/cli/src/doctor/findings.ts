/** What follows from what was seen; pure. */

export type Finding = {
  readonly check: "configuration" | "database" | "keys" | "public URL" | "clock";
  readonly verdict: "ok" | "wrong" | "not tested";
  readonly what: string;
  /** What to do; empty where nothing is to be done. */
  readonly next: string;
};

/** Cloud's tokens and the app's lifetimes are minutes: this much is no harm yet. */
const tolerableSeconds = 30;

export type Environment = Readonly<Record<string, string | undefined>>;

export function keysFinding(environment: Environment, production: boolean): Finding {
  const missing = ["ANNEX_KEY_RING", "ANNEX_CALLBACK_SECRET"].filter((name) => !environment[name]);
  if (missing.length === 0)
    return { check: "keys", verdict: "ok", what: "The key ring and the callback secret are set.", next: "" };
  const what = `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set`;
  return production
    ? {
        check: "keys",
        verdict: "wrong",
        what: `${what}.`,
        next: "Set what `annex new` wrote down in .env.example, from a store of secrets.",
      }
    : {
        check: "keys",
        verdict: "ok",
        what: `${what}: development generates them beside the database.`,
        next: "",
      };
}

export function publicUrlFinding(url: string | undefined, answered: string | number): Finding {
  const check = "public URL";
  if (url === undefined) {
    return {
      check,
      verdict: "wrong",
      what: "ANNEX_PUBLIC_URL is not set, and Cloud reaches an app by it.",
      next: "Set it to the https address of the app, or for a try to that of a tunnel to it.",
    };
  }
  if (!url.startsWith("https://")) {
    return {
      check,
      verdict: "wrong",
      what: `${url} is not https.`,
      next: "Put the app behind https; Cloud calls nothing else.",
    };
  }
  if (answered === 200)
    return { check, verdict: "ok", what: `${url} answers, and its certificate is good.`, next: "" };
  const what =
    typeof answered === "number" ? `answers ${answered} to GET /health` : `cannot be reached (${answered})`;
  return {
    check,
    verdict: "wrong",
    what: `${url} ${what}.`,
    next: "Start the app there, and look at its name, its certificate and what stands in front of it.",
  };
}

/** By how many seconds this machine's clock is ahead; absent when nobody could be asked. */
export function clockFinding(aheadSeconds: number | undefined): Finding {
  const check = "clock";
  if (aheadSeconds === undefined)
    return { check, verdict: "not tested", what: "Nobody could be asked for the time.", next: "" };
  const off = Math.round(Math.abs(aheadSeconds));
  if (off <= tolerableSeconds) return { check, verdict: "ok", what: "The clock is right.", next: "" };
  return {
    check,
    verdict: "wrong",
    what: `The clock is ${off} s ${aheadSeconds > 0 ? "ahead" : "behind"}.`,
    next: "Let the machine set it (NTP): links and sessions end by it.",
  };
}
