import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import type { World } from "../world/index.ts";
import { newTenant } from "../world/tenants.ts";
import portalAccepted from "./portal-accepted.ts";

/** An app that can be launched. */
async function launchable(): Promise<World> {
  const server = createServer(({ url, headers }, response) => {
    if (url === "/portal")
      response.end(JSON.stringify({ portal_url: `http://${headers.host}/page?token=1` }));
    else response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world = {
    options: { callback: `${url}/callback`, portal: `${url}/portal` },
    editions: ["guide"],
    tenant: () => newTenant("tenant 1", "app_1", {}),
    tokens: new Set(),
  };
  return world as unknown as World;
}

test("an app can be launched where the page that its URL leads to answers", async () => {
  const world = await launchable();
  expect((await portalAccepted.check(world)).verdict).toBe("pass");
  const real = globalThis.fetch;
  const asked = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation((url, init) =>
      String(url).includes("/page") ? Promise.reject(new DOMException("", "TimeoutError")) : real(url, init),
    );
  onTestFinished(() => asked.mockRestore());
  expect(await portalAccepted.check(world)).toMatchObject({
    verdict: "fail",
    evidence: expect.stringContaining("The page that its URL leads to gave no whole answer within 12 s."),
  });
});
