/** `delivery-answer-lost`: the app did its part, and Cloud never heard of it. */
import { deliveryFault } from "./fault.ts";
import { none } from "./values.ts";

export const deliveryAnswerLost = deliveryFault({
  name: "delivery-answer-lost",
  title: "The answer is lost",
  values: none,
  whatHappens:
    "The answer is lost after the app handled the event: for Cloud it is as if the time limit had gone by. An install is cancelled and its key revoked, an uninstall does not complete.",
  whatAGoodAppDoes:
    "Finds out at the key's first 401 that the installation never came to be, destroys the key and waits for the next install; answers a repeated uninstall with 2xx.",
  effect: () => ({ answerLost: true }),
});
