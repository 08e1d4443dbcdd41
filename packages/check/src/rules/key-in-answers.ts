import { type Answer, fail, harm, pass, searchFor, seen } from "../evidence/index.ts";
import {
  deliver,
  enter,
  inAnotherInstance,
  install,
  installBody,
  launchAnswer,
  portalUrlIn,
  send,
  type Tenant,
  uninstall,
  type World,
} from "../world/index.ts";
import { defineRule } from "./rule.ts";

/** Where programs tell of themselves, to whoever asks. */
const openToAll = [
  "/",
  "/health",
  "/healthz",
  "/status",
  "/metrics",
  "/.env",
  "/env",
  "/info",
  "/config",
  "/debug",
  "/debug/env",
  "/debug/vars",
  "/actuator/env",
];

type Place = { readonly where: string; readonly text: string };

export default defineRule({
  id: "key-in-answers",
  title: "The API key is in no answer, page, script or portal URL",
  section: "9",
  holdsTo: "No secrets in logs, portal URLs or client code.",
  severity: "critical",
  how: "The answers to install, portal request and uninstall, to install events that are refused, to a GET of both URLs and of addresses that are often open to all (/health, /metrics, /debug/env and the like), the portal URL, and the page with its scripts and what they are made of (source maps) are searched for every key that the app was given: plain, base64, hex, URL-encoded, reversed, in pieces.",
  fix: "Answer events with no more than a status, and what you refuse with the name of the field, never with the body; put nothing but a random token into the portal URL; keep the key on the server.",
  opensPage: true,
  observe: async (world) => {
    const tenant = world.tenant();
    const places: Place[] = [
      { where: "the answer to the install event", text: textOf(await install(world, tenant)) },
    ];
    places.push(...(await refusedPlaces(world, tenant)));
    const launched = await launchAnswer(world, tenant);
    places.push({ where: "the answer to the portal request", text: textOf(launched) });
    const url = portalUrlIn(launched);
    if (url !== undefined) places.push(...(await pagePlaces(world, url)));
    for (const [door, address] of [
      ["callback", world.options.callback],
      ["portal generator", world.options.portal],
    ] as const)
      places.push({
        where: `what a GET of the ${door} URL answers`,
        text: textOf(await send("GET", address)),
      });
    for (const path of openToAll)
      places.push({
        where: `what a GET of ${path} answers`,
        text: textOf(await send("GET", new URL(path, world.options.callback).href)),
      });
    places.push({ where: "the answer to the uninstall event", text: textOf(await uninstall(world, tenant)) });
    // A page may hold the key of whoever was installed last.
    const search = searchFor(world.tenants.map(({ key }) => key));
    return places.map((place) => ({ ...place, finding: search(place.text) }));
  },
  judge: (places) => {
    const found = places.filter(({ finding }) => finding !== undefined);
    return found.length === 0
      ? pass(`${places.length} places, no trace of the key.`)
      : harm(
          seen(fail(...found.map(({ where, finding }) => `The key stands in ${where} (${finding?.form}).`))),
        );
  },
});

/** What an app can't take it may quote. */
async function refusedPlaces(world: World, tenant: Tenant): Promise<readonly Place[]> {
  const { callback } = world.options;
  const wrong = installBody(world.tenant({ toldWrongly: true }));
  const bodies = [
    { of: "an unknown scope", body: { ...wrong, granted_permissions: ["data:everything"] } },
    { of: "no scopes", body: { ...wrong, granted_permissions: undefined } },
    { of: "a number for its instance", body: { ...wrong, instance_id: 7 } },
    { of: "JSON that is cut", body: JSON.stringify(wrong).slice(0, -2) },
    { of: "another instance", body: { ...installBody(tenant), ...inAnotherInstance(tenant) } },
  ];
  return Promise.all(
    bodies.map(async ({ of, body }) => ({
      where: `the answer to an install event with ${of}`,
      text: textOf(await deliver(callback, body)),
    })),
  );
}

async function pagePlaces(world: World, url: string): Promise<readonly Place[]> {
  world.tokens.add(url);
  const { exchanges } = await enter(url, { files: true });
  const answers = exchanges.map((one) => ({
    where: `the answer at ${new URL(one.url).pathname}`,
    text: textOf(one.answer),
  }));
  return [{ where: "the portal URL", text: decodeURIComponent(url) }, ...answers];
}

function textOf({ text, headers, cookies }: Answer): string {
  return `${text}\n${JSON.stringify(headers)}\n${cookies.join("\n")}`;
}
