/** Which Stripe this app reads: decided by the environment, once, at the start. */
import { databaseFile, EnvironmentError, isProduction } from "@annex/app";
import { Secret } from "@annex/protocol";
import { appName } from "./manifest.ts";
import type { StripeConnection, StripeSource } from "./settings/settings.ts";
import { checkedKey } from "./settings/verify-key.ts";
import { createStripeAccess, type StripeAccess, type StripeAccessOptions } from "./stripe/access.ts";
import { isSimulatorKey, simulatorKey } from "./stripe/modes.ts";
import { SimulatorNotReady, startSimulatorProcess } from "./stripe/simulator-process.ts";

/**
 * The app cannot start in this environment: a variable is wrong, and the message names it and what it wants, never its
 * value; or the simulator that was to be brought up did not come up, and the message says so.
 */
export class WrongEnvironment extends Error {}

/** Where Stripe is, and how to end what was brought up for it. */
export type StripeEnvironment = {
  readonly source: StripeSource;
  /** Ends a simulator that was brought up here. */
  stop(): Promise<void>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * In production each installation has a key of its own, entered in its settings, and there is nothing else. In
 * development there is a fallback for those that have none: `STRIPE_SECRET_KEY`, or a simulator.
 *
 * @param notice is told where the data comes from, and when a simulator that was brought up here has ended.
 * @throws WrongEnvironment
 */
export async function stripeFromEnvironment(
  environment: Environment,
  notice: (line: string) => void,
): Promise<StripeEnvironment> {
  const key = environment["STRIPE_SECRET_KEY"] ?? "";
  const simulatorUrl = environment["STRIPE_SIMULATOR_URL"] ?? "";
  if (key !== "" && simulatorUrl !== "") {
    throw new WrongEnvironment(
      "STRIPE_SECRET_KEY and STRIPE_SIMULATOR_URL exclude each other: a real key is not sent to a simulator. Unset one.",
    );
  }
  if (isStrict(environment)) {
    const named = key !== "" ? "STRIPE_SECRET_KEY" : simulatorUrl !== "" ? "STRIPE_SIMULATOR_URL" : undefined;
    if (named === undefined) return resting({ connect, fallback: undefined });
    throw new WrongEnvironment(
      `${named} is for development only: in production each installation has a Stripe key of its own, entered in its settings. Unset it.`,
    );
  }
  if (key !== "") return resting({ connect, fallback: connect({ key: checkedEnvironmentKey(key) }) });
  if (simulatorUrl !== "") {
    const url = checkedUrl(simulatorUrl);
    notice(`Stripe Sync reads from the Stripe simulator at ${url}.`);
    return resting(besideSimulator({ simulatorUrl: url }));
  }
  return ownSimulator(environment, notice);
}

function resting(source: StripeSource): StripeEnvironment {
  return { source, stop: async () => undefined };
}

function connect({ key: apiKey, connectedAccount }: StripeConnection): StripeAccess {
  return createStripeAccess({ apiKey, connectedAccount });
}

/** Keys that are meant for the simulator go there, all others to Stripe. */
export function besideSimulator(options: Omit<StripeAccessOptions, "apiKey">): StripeSource {
  const simulated = ({ key: apiKey, connectedAccount }: StripeConnection) =>
    createStripeAccess({ ...options, apiKey, connectedAccount });
  return {
    connect: (connection) =>
      isSimulatorKey(connection.key.reveal()) ? simulated(connection) : connect(connection),
    fallback: simulated({ key: new Secret(simulatorKey) }),
  };
}

// By the framework's own rule: an invisible character must not bring up a simulator in production.
function isStrict(environment: Environment): boolean {
  return byTheFramework(() => isProduction(environment));
}

function byTheFramework<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof EnvironmentError ? new WrongEnvironment(error.message) : error;
  }
}

async function ownSimulator(
  environment: Environment,
  notice: (line: string) => void,
): Promise<StripeEnvironment> {
  const simulator = await startSimulatorProcess({
    onEnd: (why) => notice(`Stripe Sync: ${why}.`),
    kept: keptFile(environment),
  }).catch((error: unknown) => {
    throw error instanceof SimulatorNotReady ? new WrongEnvironment(`${error.message}.`) : error;
  });
  notice(`Stripe Sync reads from a local Stripe simulator at ${simulator.url} (process ${simulator.pid}).`);
  const source = besideSimulator({ simulatorUrl: simulator.url, simulatorEnded: simulator.ended });
  return { source, stop: simulator.stop };
}

/** What is posted from a simulator is in a ledger that outlasts it, as the app's own files do: so must the simulator's. */
function keptFile(environment: Environment): string {
  return `${byTheFramework(() => databaseFile(environment, appName))}.simulator`;
}

function checkedEnvironmentKey(text: string): Secret {
  try {
    const key = checkedKey(text);
    return new Secret(key, key.slice(0, 8));
  } catch {
    throw new WrongEnvironment(
      "STRIPE_SECRET_KEY wants a secret or restricted key of Stripe's: sk_… or rk_….",
    );
  }
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
