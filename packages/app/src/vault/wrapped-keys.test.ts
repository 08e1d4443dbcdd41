/** Keys that an outside service wraps: kept for a while, asked for in time, and never believed unseen. */
import { randomBytes } from "node:crypto";
import { Secret } from "@annex/protocol";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { quietLog, storeKinds } from "../../test/stores.ts";
import type { KeyService } from "./key-service.ts";
import { createWrappedVaults, type WrappedKeyStore } from "./wrapped-keys.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
});

/** A service that hands out numbers for what it keeps, and can be made to be away, slow or hostile. */
function keyService() {
  const kept = new Map<string, Uint8Array>();
  const calls = { wrap: 0, unwrap: 0, aborted: 0 };
  const away = (): Promise<Uint8Array> => Promise.reject(new Error("connection refused"));
  const honest: Required<KeyService> = {
    keptSeconds: 100,
    wrap: async (key) => {
      const name = randomBytes(16);
      kept.set(name.toString("hex"), Uint8Array.from(key));
      return name;
    },
    unwrap: async (wrapped) => kept.get(Buffer.from(wrapped).toString("hex")) ?? away(),
  };
  let now = honest;
  const service: Required<KeyService> = {
    keptSeconds: 100,
    wrap: (key, call) => {
      calls.wrap += 1;
      return now.wrap(key, call);
    },
    unwrap: (wrapped, call) => {
      calls.unwrap += 1;
      call.signal.addEventListener("abort", () => {
        calls.aborted += 1;
      });
      return now.unwrap(wrapped, call);
    },
  };
  return {
    service,
    honest,
    calls,
    away,
    is: (changed: Partial<KeyService>) => {
      now = { ...honest, ...changed };
    },
  };
}

async function keyStore(): Promise<WrappedKeyStore> {
  const [sqlite] = storeKinds;
  if (sqlite === undefined) throw new Error("There is no store.");
  const database = await sqlite.create();
  const store = await database.open();
  onTestFinished(async () => {
    await store.close();
    await database.remove();
  });
  return store.wrappedKeys;
}

function vaultsOf(service: KeyService, keys: WrappedKeyStore) {
  return createWrappedVaults({ service, keys, older: [], clock: () => 5, log: quietLog });
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

/** Who waits for a service that fails waits for a while, which passes here at once. */
async function refused(asking: () => unknown): Promise<void> {
  const asked = (async () => asking())();
  const expected = expect(asked).rejects.toMatchObject({ code: "key_service_unavailable", status: 503 });
  await seconds(2);
  await expected;
}

test("replicas that begin at once agree on one key, which is stored wrapped", async () => {
  const { service, calls } = keyService();
  const keys = await keyStore();
  const [one, other] = [vaultsOf(service, keys), vaultsOf(service, keys)];
  const [first, second] = await Promise.all([one.current(), other.current()]);
  const { sealed, ringKeyId } = first.seal("instapp_1", new Secret("blnk_planted"));
  expect(ringKeyId).toBe("wrapped-1");
  expect(second.open("instapp_1", sealed).reveal()).toBe("blnk_planted");
  expect(await keys.list()).toMatchObject([{ ringKeyId: "wrapped-1", createdAt: 5 }]);
  expect(calls.wrap).toBeLessThanOrEqual(2);
});

test("a kept key is asked for again in time, so that nobody notices a service that is away for a while", async () => {
  const { service, calls, is, away } = keyService();
  const vaults = vaultsOf(service, await keyStore());
  await vaults.current();
  const begun = calls.unwrap;
  await seconds(49);
  await vaults.current();
  expect(calls.unwrap).toBe(begun);
  is({ unwrap: away });
  await seconds(2);
  await vaults.current();
  await seconds(47);
  await vaults.current();
  expect(calls.unwrap).toBeGreaterThan(begun);
  expect(vaults.isReady()).toBe(true);
  is({});
  await vaults.current();
  await seconds(1);
  // The one that came meanwhile is kept as long as any.
  await seconds(48);
  expect(vaults.current()).not.toBeInstanceOf(Promise);
});

test("when it is away for longer nothing is opened, whoever asks is told, and it comes back by itself", async () => {
  const { service, calls, is, away } = keyService();
  const vaults = vaultsOf(service, await keyStore());
  await vaults.current();
  is({ unwrap: away });
  await seconds(101);
  await refused(() => vaults.current());
  expect(vaults.isReady()).toBe(false);
  // A thousand events at once are no thousand questions.
  const asked = calls.unwrap;
  const answered = Promise.all(
    Array.from({ length: 1000 }, async () => expect(async () => vaults.current()).rejects.toThrow()),
  );
  await seconds(2);
  await answered;
  expect(calls.unwrap - asked).toBeLessThan(20);
  is({});
  await seconds(2);
  await vaults.current();
  expect(vaults.isReady()).toBe(true);
});

test("a service that never answers is not waited for, and is told so", async () => {
  const { service, calls, is } = keyService();
  const vaults = vaultsOf(service, await keyStore());
  await vaults.current();
  is({ unwrap: () => new Promise(() => {}) });
  await seconds(101);
  await refused(() => vaults.current());
  expect(calls.aborted).toBeGreaterThan(0);
});

test.each<[string, Partial<KeyService>]>([
  ["gives the key back as it is", { wrap: async (key) => key }],
  ["hides the key in what it gives back", { wrap: async (key) => Buffer.concat([Buffer.from("x"), key]) }],
  ["wraps what it can't unwrap", { wrap: async () => randomBytes(16) }],
  ["unwraps another key than it wrapped", { unwrap: async () => randomBytes(32) }],
  ["answers with something else than bytes", { wrap: async () => "wrapped" as never }],
])("nothing is sealed by a service that %s", async (_what, hostile) => {
  const { service, is } = keyService();
  const keys = await keyStore();
  is(hostile);
  await refused(() => vaultsOf(service, keys).current());
  expect(await keys.list()).toEqual([]);
});

test("a key that comes back as another one later is not used", async () => {
  const { service, is } = keyService();
  const keys = await keyStore();
  await vaultsOf(service, keys).current();
  is({ unwrap: async () => randomBytes(32) });
  await refused(() => vaultsOf(service, keys).current());
  is({ unwrap: async () => new Uint8Array(0) });
  await refused(() => vaultsOf(service, keys).current());
});

test("a key that another replica made is found when something is sealed by it; an old one that is lost loses its own", async () => {
  const { service, honest, is, away } = keyService();
  const keys = await keyStore();
  const [one, other] = [vaultsOf(service, keys), vaultsOf(service, keys)];
  const before = (await one.current()).seal("instapp_1", new Secret("old"));
  await other.current();
  await seconds(1);
  await one.advance();
  const after = (await one.current()).seal("instapp_2", new Secret("new"));
  expect(after.ringKeyId).toBe("wrapped-2");
  expect((await other.opening(after.sealed)).open("instapp_2", after.sealed).reveal()).toBe("new");
  expect((await other.opening(before.sealed)).open("instapp_1", before.sealed).reveal()).toBe("old");
  const [first] = await keys.list();
  const isFirst = (wrapped: Uint8Array) => Buffer.compare(wrapped, first?.wrapped ?? wrapped) === 0;
  is({ unwrap: (wrapped, call) => (isFirst(wrapped) ? away() : honest.unwrap(wrapped, call)) });
  const later = vaultsOf(service, keys);
  expect((await later.opening(after.sealed)).open("instapp_2", after.sealed).reveal()).toBe("new");
  const vault = await later.opening(before.sealed);
  expect(() => vault.open("instapp_1", before.sealed)).toThrow(
    expect.objectContaining({ code: "unknown_ring_key" }),
  );
});
