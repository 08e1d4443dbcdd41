/**
 * The Cloud client of a context, made at the first use: most calls and steps use none. A class, because an object that
 * is written with a getter has a shape of its own for good, and a context is made for each call and each step.
 */
import type { CloudClient } from "@annex/client";

export abstract class CloudAtFirstUse {
  readonly #makeCloud: () => CloudClient;
  #cloud: CloudClient | undefined;

  protected constructor(makeCloud: () => CloudClient) {
    this.#makeCloud = makeCloud;
  }

  get cloud(): CloudClient {
    this.#cloud ??= this.#makeCloud();
    return this.#cloud;
  }
}
