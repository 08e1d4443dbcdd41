/** An app that does no more than hold installations and open links, and the world in which a rule looks at it. */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { newTenant, type TenantOptions } from "../src/world/tenants.ts";
import type { World } from "../src/world/world.ts";

type Body = Readonly<Record<string, string>>;
type Link = {
  readonly token: string;
  readonly installation: string;
  readonly organization: string;
  readonly user: string;
  readonly givenAt: number;
};

/** What it does besides what it should. */
export type Manner = {
  /** Whose links end with an uninstall, besides the installation's own. */
  readonly uninstallEnds?: "the organization's";
  /** So many installs it takes, and answers all others that it can't just now. */
  readonly installs?: number;
  /** Whose links end with a launch. */
  readonly launchEnds?: "the member's";
  /** A link opens its page one time. */
  readonly opensOnce?: boolean;
  /** So long each launch takes. */
  readonly launchMilliseconds?: number;
  /** So long a link lives. */
  readonly linkMilliseconds?: number;
};

/** Starts the app for a test. */
export async function smallApp(
  manner: Manner = {},
  options: Partial<World["options"]> = {},
  parts: Partial<World> = {},
): Promise<World> {
  const url = await listen(answering(manner));
  const tenants: ReturnType<World["tenant"]>[] = [];
  return {
    options: {
      callback: `${url}/callback`,
      portal: `${url}/portal`,
      edition: "guide",
      linkSeconds: 300,
      sessionSeconds: 900,
      ...options,
    },
    editions: ["guide"],
    tenants,
    tokens: new Set(),
    cloud: { marks: { a: ["Quillfern"], b: ["Oxbow"] } },
    tenant: (given: TenantOptions = {}) => {
      const tenant = newTenant(`tenant ${tenants.length + 1}`, "app_1", given);
      tenants.push(tenant);
      return tenant;
    },
    browser: () => Promise.reject(new Error("There is none.")),
    ...parts,
  } as unknown as World;
}

function answering(manner: Manner): RequestListener {
  const active = new Set<string>();
  let links: readonly Link[] = [];
  const end = (isOver: (link: Link) => boolean) => {
    links = links.filter((link) => !isOver(link));
  };
  let { installs = Number.POSITIVE_INFINITY } = manner;
  /** Whether it takes the event. */
  const onEvent = ({ idempotency_key = "", installed_app_id = "", organization_id = "" }: Body): boolean => {
    if (idempotency_key.startsWith("install:")) {
      if (installs <= 0) return false;
      installs -= 1;
      active.add(installed_app_id);
      return true;
    }
    if (manner.uninstallEnds === "the organization's")
      end(({ organization }) => organization === organization_id);
    end(({ installation }) => installation === installed_app_id);
    active.delete(installed_app_id);
    return true;
  };
  const launched = (origin: string, body: Body) => {
    const {
      installed_app_id: installation = "",
      organization_id: organization = "",
      user_id: user = "",
    } = body;
    if (manner.launchEnds === "the member's") end((link) => link.user === user);
    const token = randomBytes(24).toString("base64url");
    links = [...links, { token, installation, organization, user, givenAt: performance.now() }];
    return { portal_url: `${origin}/enter?token=${token}` };
  };
  const opens = (token: string | null) => {
    const { linkMilliseconds = Number.POSITIVE_INFINITY } = manner;
    end(({ givenAt }) => performance.now() - givenAt > linkMilliseconds);
    const isThere = links.some((link) => link.token === token);
    if (manner.opensOnce === true) end((link) => link.token === token);
    return isThere;
  };
  return async (request, response) => {
    const { pathname, searchParams, origin } = new URL(
      request.url ?? "/",
      `http://${request.headers.host ?? "localhost"}`,
    );
    if (pathname === "/callback") {
      response.writeHead(onEvent(await bodyOf(request)) ? 200 : 503).end("{}");
    } else if (pathname === "/portal") {
      const body = await bodyOf(request);
      await sleep(manner.launchMilliseconds ?? 0);
      const isActive = active.has(body["installed_app_id"] ?? "");
      response.writeHead(isActive ? 200 : 403).end(isActive ? JSON.stringify(launched(origin, body)) : "{}");
    } else {
      response.writeHead(opens(searchParams.get("token")) ? 200 : 410).end("<p>Hello</p>");
    }
  };
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as Body;
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
