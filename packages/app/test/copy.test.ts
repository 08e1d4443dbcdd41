/** From one machine to many: a file copied into a server, stopped and started again, opens there as it was here. */
import { Secret } from "@annex/protocol";
import { afterAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import { copyToPostgres } from "../src/operating/index.ts";
import { openPostgresStore } from "../src/stores/postgres/index.ts";
import { install, numbers, uninstall, vault } from "./store-events.ts";
import { storeKinds, type TestDatabase } from "./stores.ts";

let server: PostgresServer | undefined;
let database: TestDatabase | undefined;
afterAll(() => Promise.all([server?.stop(), database?.remove()]));

test("everything is there, keys open, numbers go on, and a second copy changes nothing", async () => {
  const [sqlite] = storeKinds;
  if (sqlite === undefined) return expect.unreachable();
  database = await sqlite.create();
  const store = await database.open();
  await Promise.all(numbers(700).map((number) => store.apply(install(number))));
  await store.apply(uninstall(7));
  const address = {
    owner: { of: "installation", installedAppId: "instapp_1" },
    collection: "things",
  } as const;
  await store.commit({ expected: [], runs: [], writes: [{ address, key: "é", text: '{"$bigint":"5"}' }] }, 5);
  const owner = { of: "installation", installedAppId: "instapp_1" } as const;
  const key = vault.seal("secret", new Secret("sk_planted"));
  const actor = { kind: "member", id: "user_1" } as const;
  const about = { prefix: "sk_", setAt: 5, setBy: "user_1", actor, installedAppId: "instapp_1" };
  for (const name of ["stripe", "gone"]) await store.secrets.set({ owner, name, key, ...about });
  await store.secrets.remove({ owner, name: "gone", actor, installedAppId: "instapp_1", now: 6 });
  await store.close();

  server = await startPostgres();
  const url = await server.createDatabase("copied");
  const first = await copyToPostgres(database.name, url, "copied");
  expect(first.find(({ table }) => table === "installations")).toEqual({
    table: "installations",
    from: 700,
    to: 700,
  });
  expect(await copyToPostgres(database.name, url, "copied")).toEqual(first);

  const copy = await openPostgresStore(url, "copied", () => undefined);
  const found = await copy.installations.credentials("instapp_3");
  expect(vault.open("instapp_3", found?.sealed ?? new Uint8Array()).reveal()).toBe("blnk_planted_3");
  expect((await copy.installations.find("instapp_7"))?.status).toBe("uninstalled");
  expect(await copy.documents.get(address, "é")).toBe('{"$bigint":"5"}');
  expect(await copy.secrets.list(owner)).toEqual([
    { name: "stripe", prefix: "sk_", setAt: 5, setBy: "user_1" },
  ]);
  const secret = await copy.secrets.find(owner, "stripe");
  expect(vault.open("secret", secret ?? new Uint8Array()).reveal()).toBe("sk_planted");
  const trail = await copy.audit.list({ installedAppId: "instapp_1", since: 0, after: 0, limit: 9 });
  expect(trail.map(({ action }) => action)).toEqual([
    "installation.installed",
    "secret.set",
    "secret.set",
    "secret.removed",
  ]);
  expect((await copy.apply(install(3))).decision.because).toBe("duplicate");
  expect((await copy.apply(install(701))).decision.because).toBe("installed");
  await copy.close();
  await database.remove();
}, 120_000);
