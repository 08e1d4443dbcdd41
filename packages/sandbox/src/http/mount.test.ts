/** What a door does with every route that is mounted on it. */
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import type { AuditLog } from "../audit/index.ts";
import { routesFor } from "./api-route.ts";
import { eventStream } from "./event-stream.ts";
import { type Door, mountDoor } from "./mount.ts";

test("a live view of which only the head is asked for is let go at once", async () => {
  const cancel = vi.fn();
  const route = routesFor<undefined>()({
    method: "GET",
    path: "/door/live",
    summary: "A live view",
    answer: z.string(),
    handle: async () => eventStream(new ReadableStream({ cancel })),
  });
  const door: Door<undefined> = {
    prefix: "/door",
    routes: [route],
    identify: async () => undefined,
    actor: () => ({}),
    recorded: () => false,
  };
  const server = new Hono<{ Bindings: HttpBindings }>();
  const tools = { clock: () => new Date(0), random: (count: number) => new Uint8Array(count) };
  mountDoor(server, door, {} as AuditLog, { ...tools, log: {} as never });
  const answer = await server.request("/door/live", { method: "HEAD" });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  expect(cancel).toHaveBeenCalledOnce();
  await server.request("/door/live");
  expect(cancel).toHaveBeenCalledOnce();
});
