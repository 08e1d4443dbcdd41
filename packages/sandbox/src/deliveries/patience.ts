/** Sending what was held back to an app that may start later than the Cloud, or be reached through a tunnel that does. */
import type { Registry } from "../registry/index.ts";
import type { Surroundings } from "../surroundings.ts";
import { copyOf, type DeliveryPlan, type OpenDelivery } from "./plans.ts";
import { type AppAnswer, isNotThere, mayNotBeThere } from "./send.ts";

/** Sends a delivery that is on record, waits so long for the answer, and lets it be put on record as soon as it is there. */
export type Post = (
  delivery: OpenDelivery,
  limit: number,
  heard: (answer: AppAnswer) => Promise<unknown>,
) => Promise<AppAnswer>;

type Means = {
  readonly post: (delivery: OpenDelivery, limit: number) => Promise<AppAnswer>;
  /** Puts another delivery on record and sends it this way. */
  readonly sendStraight: (plan: DeliveryPlan, send: Post) => Promise<AppAnswer>;
  readonly registry: Pick<Registry, "find">;
  readonly tools: Pick<Surroundings, "time" | "log">;
  /** Ends the patience. */
  readonly signal: AbortSignal;
};

/** How often an app that starts together with the Cloud is asked, and how long after each other. */
const triesForAnApp = 60;
const pauseForAnApp = 1000;
/** How long after each other a delivery goes to an app again whose tunnel, or which itself, answered that it is not there. */
const pausesForATunnel = [1000, 2000, 4000, 8000, 16_000];

/** A way to send that waits until the app is there. */
export function patientPost({ post, sendStraight, registry, tools, signal }: Means): Post {
  const { time, log } = tools;

  /**
   * Sends what was held back until the app is there. Whoever answers "bad gateway" may have received it, so each time
   * more is a delivery of its own. Gives the first answer, which is heard before any pause: a Cloud that ends meanwhile
   * has it on record.
   */
  async function postOnceThere(...[delivery, limit, heard]: Parameters<Post>): Promise<AppAnswer> {
    const first = await postOnceListening(delivery, limit, heard);
    let answer = first;
    for (const pause of pausesForATunnel) {
      if (!mayNotBeThere(answer)) break;
      await time.wait(pause, signal);
      const app = await registry.find(delivery.app.appId);
      if (app === undefined) break;
      answer = await sendStraight(copyOf({ ...delivery, app }), postOnceListening);
    }
    return first;
  }

  /** The Cloud is up before its apps are, and an app may come back elsewhere: it is looked up for each try. */
  async function postOnceListening(...[delivery, limit, heard]: Parameters<Post>): Promise<AppAnswer> {
    let answer = await post(delivery, limit);
    for (let tries = 1; isNotThere(answer) && tries < triesForAnApp; tries += 1) {
      await time.wait(pauseForAnApp, signal);
      const app = await registry.find(delivery.app.appId);
      if (app === undefined) break;
      answer = await post({ ...delivery, app }, limit);
    }
    const { deliveryId } = delivery;
    if (isNotThere(answer))
      log.warn({ deliveryId }, "a delivery held back was let go: nothing listens where its app is to be");
    await heard(answer);
    return answer;
  }

  return postOnceThere;
}
