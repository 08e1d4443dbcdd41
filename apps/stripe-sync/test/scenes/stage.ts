/** Shows scenes in a browser: the built pages of Stripe Sync over written-down answers. */
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Page, Route } from "playwright-core";
import { now } from "./answers.ts";
import type { Said, Scene } from "./scenes.ts";

const dist = join(import.meta.dirname, "../../pages/dist");
const origin = "http://stripe-sync.test";
const types: Readonly<Record<string, string>> = { ".js": "text/javascript", ".css": "text/css" };
const block = `<script type="application/json" id="annex-session">{"session":"written-down"}</script>`;

/** Opens a scene in a page of its own and waits until all that is answered is shown. */
export async function show(page: Page, scene: Scene, at = now): Promise<void> {
  let said = scene.answers;
  const open = new Set<Route>();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.route(`${origin}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const below = pathname.slice("/portal".length);
    if (!below.startsWith("/api/")) return serve(route, pathname);
    const method = route.request().method();
    const asked = `${method === "GET" ? "" : `${method} `}${below}${search}`;
    const answer = answerTo(asked, said);
    if (answer === "never") return;
    open.add(route);
    await fulfil(route, answer);
    open.delete(route);
  });
  await page.clock.setFixedTime(new Date(at));
  await page.goto(`${origin}/portal${scene.path}`);
  await page.locator("h1, [data-code]").first().waitFor();
  await settled(page, open);
  await scene.prepare?.(page);
  await settled(page, open);
  if (scene.afterwards !== undefined) said = { ...said, ...scene.afterwards, ...endOf(scene) };
  await scene.act?.(page);
  await settled(page, open);
}

/** What ends everything ends every question. */
function endOf(scene: Scene): Readonly<Record<string, Said>> {
  const all = scene.afterwards?.[""];
  return all === undefined ? {} : Object.fromEntries(Object.keys(scene.answers).map((path) => [path, all]));
}

/** Nothing is asked any more of what is answered at all, and what came of it is painted. */
async function settled(page: Page, open: ReadonlySet<Route>): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet = open.size === 0 ? quiet + 1 : 0)
    await page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    });
}

function answerTo(asked: string, answers: Readonly<Record<string, Said>>): Said {
  const known = Object.keys(answers)
    .filter((start) => asked.startsWith(start))
    .sort((one, other) => other.length - one.length)[0];
  if (known === undefined) throw new Error(`No scene answers ${asked}.`);
  return answers[known] ?? "never";
}

function fulfil(route: Route, said: Exclude<Said, "never">): Promise<void> {
  if ("body" in said) return route.fulfill({ json: said.body });
  return route.fulfill({ status: said.status, json: said.refused });
}

function serve(route: Route, pathname: string): Promise<void> {
  if (pathname.startsWith("/portal/assets/"))
    return route.fulfill({
      body: readFileSync(join(dist, pathname.slice("/portal".length))),
      contentType: types[extname(pathname)] ?? "application/octet-stream",
    });
  const html = readFileSync(join(dist, "index.html"), "utf8").replace(
    '<div id="root">',
    `${block}<div id="root">`,
  );
  return route.fulfill({ body: html, contentType: "text/html" });
}
