/** Which Stripe this app reads: decided by the environment, once, at the start. */
import { EnvironmentError, isProduction } from "@annex/app";
import { Secret } from "@annex/protocol";
import { createStripeAccess, type StripeAccess } from "./stripe/access.ts";
import { simulatorKey } from "./stripe/modes.ts";
import { startSimulatorProcess } from "./stripe/simulator-process.ts";

/** The environment is wrong; the message names the variable and what it wants, never its value. */
export class WrongEnvironment extends Error {}

export type StripeSource = {
  readonly stripe: StripeAccess;
  /** Ends a simulator that was brought up here. */
  stop(): Promise<void>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param notice is told where the data comes from, and when a simulator that was brought up here has ended.
 * @throws WrongEnvironment
 */
export async function stripeFromEnvironment(
  environment: Environment,
  notice: (line: string) => void,
): Promise<StripeSource> {
  const key = environment["STRIPE_SECRET_KEY"] ?? "";
  const simulatorUrl = environment["STRIPE_SIMULATOR_URL"] ?? "";
  if (key !== "" && simulatorUrl !== "") {
    throw new WrongEnvironment(
      "STRIPE_SECRET_KEY and STRIPE_SIMULATOR_URL exclude each other: a real key is not sent to a simulator. Unset one.",
    );
  }
  if (key !== "")
    return { stripe: createStripeAccess({ apiKey: checkedKey(key) }), stop: async () => undefined };
  if (isStrict(environment)) {
    throw new WrongEnvironment(
      "STRIPE_SECRET_KEY is required in production: a secret or restricted key of Stripe's.",
    );
  }
  const apiKey = new Secret(simulatorKey);
  if (simulatorUrl !== "") {
    const url = checkedUrl(simulatorUrl);
    notice(`Stripe Sync reads from the Stripe simulator at ${url}.`);
    return { stripe: createStripeAccess({ apiKey, simulatorUrl: url }), stop: async () => undefined };
  }
  return ownSimulator(apiKey, notice);
}

// By the framework's own rule: an invisible character must not bring up a simulator in production.
function isStrict(environment: Environment): boolean {
  try {
    return isProduction(environment);
  } catch (error) {
    throw error instanceof EnvironmentError ? new WrongEnvironment(error.message) : error;
  }
}

async function ownSimulator(apiKey: Secret, notice: (line: string) => void): Promise<StripeSource> {
  const simulator = await startSimulatorProcess({ onEnd: (why) => notice(`Stripe Sync: ${why}.`) });
  notice(`Stripe Sync reads from a local Stripe simulator at ${simulator.url} (process ${simulator.pid}).`);
  const stripe = createStripeAccess({ apiKey, simulatorUrl: simulator.url, simulatorEnded: simulator.ended });
  return { stripe, stop: simulator.stop };
}

function checkedKey(text: string): Secret {
  if (!/^(sk|rk)_(test|live)_[A-Za-z0-9_]+$/.test(text)) {
    throw new WrongEnvironment(
      "STRIPE_SECRET_KEY wants a secret or restricted key of Stripe's: sk_… or rk_….",
    );
  }
  return new Secret(text, text.slice(0, 8));
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new WrongEnvironment(
      "STRIPE_SIMULATOR_URL wants the address of a simulator, such as http://127.0.0.1:12111.",
    );
  }
  return url.origin;
}
