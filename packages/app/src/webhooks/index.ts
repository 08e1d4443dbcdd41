/**
 * The door for what comes from outside and is neither Cloud nor a page of the portal: a provider's webhooks, below
 * `/webhooks`. Nobody's session is asked for, so who calls is the handler's to verify; from there `app.installation`
 * leads to what is bound to one installation.
 */
import { TrieRouter } from "hono/router/trie-router";
import { notFound } from "../errors/index.ts";
import type { AnyAnswer, Exchange } from "../http/exchange.ts";
import { bodyBytes } from "../request-body/index.ts";

/** One delivery, as it was sent. */
export type WebhookCall = {
  /** A segment of the path: `param("installation")` of `/stripe/:installation`. */
  param(name: string): string;
  header(name: string): string | undefined;
  /** The body before anything parsed it: signatures are over these bytes. 1 MiB at most. */
  readonly body: string;
};

/** Answers a provider's webhook; what it throws is logged and answered with a 5xx, so that the provider tries again. */
export type WebhookHandler = (call: WebhookCall) => Response | Promise<Response>;

export type Webhooks = {
  /** @param path below `/webhooks`; `:name` in it is a parameter. */
  register(path: string, handler: WebhookHandler): void;
  answer(exchange: Exchange): Promise<AnyAnswer>;
};

export const webhooksRoot = "/webhooks";
const largestBody = 1024 * 1024;

export function createWebhooks(): Webhooks {
  const router = new TrieRouter<WebhookHandler>();
  return {
    register: (path, handler) => {
      if (!path.startsWith("/")) throw new TypeError(`The path of a webhook begins with a slash: "${path}".`);
      router.add("POST", path, handler);
    },
    answer: async (exchange) => {
      const [found] = router.match(exchange.method, exchange.path.slice(webhooksRoot.length))[0];
      if (found === undefined) return notFound;
      const [handler, parameters] = found;
      const body = await bodyBytes(exchange, largestBody);
      return handler({
        // This router gives parameters as a record, never as indexes into a list.
        param: (name) => (parameters as Readonly<Record<string, string>>)[name] ?? "",
        header: (name) => exchange.header(name),
        body: new TextDecoder().decode(body),
      });
    },
  };
}
