import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { portsOf } from "./listening.ts";

test.skipIf(!existsSync("/proc/net/tcp")).for(["127.0.0.1", "::"])(
  "a process that listens on %s is found by it",
  async (host) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(portsOf([process.pid])).toContain(port);
    expect(portsOf([])).toEqual([]);
  },
);
