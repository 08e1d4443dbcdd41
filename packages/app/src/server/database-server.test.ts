/** An app whose database is on a server that is not there, at its start and later on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startBadNetwork } from "../../../../tests/support/bad-network.ts";
import { type PostgresServer, startPostgres } from "../../../../tests/support/postgres-server.ts";
import { freePort } from "../../../cli/src/apps/free-port.ts";
import { ended, launchProcess, start, temporaryDirectory } from "../../test/process.ts";
import { installBody } from "../../test/support.ts";

let server: PostgresServer;
let url: URL;

beforeAll(async () => {
  server = await startPostgres();
  url = new URL(await server.createDatabase("app"));
});
afterAll(() => server.stop());

function addressAt(changes: Readonly<Record<"port" | "password" | "pathname", string>> | object): string {
  return Object.assign(new URL(url), changes).href;
}

test.each([
  ["a database that is not there", { pathname: "/nowhere" }, "the server has no such database"],
  ["a wrong password", { password: "guessed" }, "the server refused the password"],
])("%s is said in two lines, without the address's secrets", async (_what, changes, words) => {
  const variables = { ANNEX_DATABASE: addressAt(changes) };
  const { code, errors } = await ended(launchProcess(temporaryDirectory(), variables));
  expect(code).toBe(1);
  expect(errors).toMatch(
    new RegExp(`^test-app cannot start: .*${words}.*\\.\\nANNEX_DATABASE must .+\\.\\n$`),
  );
  expect(errors).not.toMatch(/guessed|password@/);
});

test("an app that starts before its database's server says so and waits for it", async () => {
  const directory = temporaryDirectory();
  const port = await freePort(0);
  const starting = start(directory, { ANNEX_DATABASE: addressAt({ port: String(port) }) });
  await expect
    .poll(() => readFileSync(join(directory, "app.log"), "utf8"), { timeout: 30_000 })
    .toContain("can't be reached; it is tried again");
  const network = await startBadNetwork(server.port, port);
  onTestFinished(() => network.close());
  expect((await (await starting).callback(installBody())).status).toBe(200);
}, 90_000);

test("a server that goes away is waited for by events and told by /health, and the process stays", async () => {
  const network = await startBadNetwork(server.port);
  onTestFinished(() => network.close());
  const app = await start(temporaryDirectory(), {
    ANNEX_DATABASE: addressAt({ port: String(network.port) }),
  });
  expect((await app.callback(installBody(1))).status).toBe(200);
  const back = Promise.withResolvers<void>();
  network.cut(back.promise);
  const health = await fetch(`${app.url}/health`);
  expect([health.status, ((await health.json()) as { status: string }).status]).toEqual([503, "unavailable"]);
  const event = app.callback(installBody(2));
  back.resolve();
  expect((await event).status).toBe(200);
  expect((await fetch(`${app.url}/health`)).status).toBe(200);
  expect(app.process.exitCode).toBeNull();
}, 90_000);
