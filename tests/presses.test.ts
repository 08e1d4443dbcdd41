/**
 * One press of a person in a real Chromium, whatever happens in the middle of it: a reload, the back button, another tab,
 * an answer that is lost, a process that is killed. Cloud did it once; what is pressed after its answer was seen is
 * another. Contract section 7; effects once.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Browser, Frame, Page, Route } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  callbackSecret,
  environmentIn,
  installBody,
  listening,
  pathOf,
  portalRequest,
  temporaryDirectory,
} from "../packages/app/test/support.ts";
import { launchBrowser, openPage, reloadFrame } from "./support/browser.ts";
import { readyUrl } from "./support/ready-url.ts";

// For a whole test; each of its steps may take 30 s on a machine that has much to do.
const patient = { timeout: 120_000 };
const folder = join(import.meta.dirname, "presses");

let browser: Browser;
beforeAll(async () => {
  await build({
    root: folder,
    configFile: false,
    base: "/portal/",
    logLevel: "error",
    build: { minify: false },
    define: { "process.env.NODE_ENV": '"production"' },
    oxc: { jsx: { development: false } },
  });
  browser = await launchBrowser();
}, 120_000);
afterAll(() => browser?.close());

type Cloud = {
  readonly url: string;
  /** How often was paid. */
  paid(): number;
  /** How often payments were asked for. */
  asked(): number;
  /** From now on nothing is answered, though it is done. */
  hold(): void;
  release(): void;
};

/** A Cloud that takes each reference once. */
async function startCloud(): Promise<Cloud> {
  const references = new Set<string>();
  let asked = 0;
  let gate: PromiseWithResolvers<void> | undefined;
  const port = await listening(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (!request.url?.startsWith("/proxy/transactions")) {
      const data = [...references].filter((reference) => text.includes(reference)).map(transaction);
      return void answer(200, { data, total: data.length });
    }
    const { reference } = JSON.parse(text) as { reference: string };
    const isKnown = references.has(reference);
    references.add(reference);
    asked += 1;
    await gate?.promise;
    if (isKnown) answer(400, { error: `reference ${reference} has already been used` });
    else answer(201, transaction(reference));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    paid: () => references.size,
    asked: () => asked,
    hold: () => {
      gate = Promise.withResolvers();
    },
    release: () => {
      gate?.resolve();
      gate = undefined;
    },
  };
}

function transaction(reference: string) {
  return {
    transaction_id: `txn_${reference}`,
    precise_amount: 500,
    amount: 5,
    precision: 100,
    currency: "USD",
    description: "A payment",
    source: "bln_1",
    destination: "bln_2",
    status: "APPLIED",
    reference,
    created_at: new Date().toISOString(),
  };
}

type Shown = { readonly page: Page; readonly frame: Frame };
type World = {
  readonly cloud: Cloud;
  /** Launched anew, in a tab of its own: in the dashboard's frame, or as *Open* does it. */
  launch(how: "framed" | "alone"): Promise<Shown>;
  /** The process is killed, and another one takes its place. */
  killAndRestart(): Promise<void>;
};

async function world(kind: "kit" | "rendered"): Promise<World> {
  const cloud = await startCloud();
  const directory = temporaryDirectory();
  let shown = "about:blank";
  const dashboard = await listening((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><iframe name="app" width="412" height="780" src="${shown}"></iframe>`);
  });
  const environment = {
    ...process.env,
    ...environmentIn(directory),
    ANNEX_PUBLIC_URL: "http://localhost",
    ANNEX_EMBED_ORIGINS: `http://localhost:${dashboard}`,
    ANNEX_CLOUD_URL: cloud.url,
    PRESSES: kind,
  };
  let running = await startApp(environment);
  const { url } = running;
  const knock = (door: string, body: object) =>
    fetch(`${url}/cloud/${callbackSecret}/${door}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  expect((await knock("callback", installBody())).status).toBe(200);
  const first = await openPage(browser);
  onTestFinished(() => first.context().close());
  return {
    cloud,
    launch: async (how) => {
      const { portal_url: link } = (await (await knock("portal", portalRequest())).json()) as {
        portal_url: string;
      };
      shown = `${url}${pathOf(link)}`;
      const page = await first.context().newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(how === "framed" ? `http://localhost:${dashboard}` : shown);
      const frame = how === "framed" ? page.frame("app") : page.mainFrame();
      if (frame === null) throw new Error("The dashboard shows no frame.");
      await payButton(frame).waitFor();
      return { page, frame };
    },
    killAndRestart: async () => {
      running.process.kill("SIGKILL");
      await new Promise((resolve) => running.process.once("close", resolve));
      running = await startApp(environment, new URL(url).port);
    },
  };
}

/** @param port one that an app before had, which somebody else may hold for a moment; any, unless given */
async function startApp(environment: NodeJS.ProcessEnv, port?: string) {
  if (port === undefined) return tryStart(environment, "0");
  return vi.waitFor(() => tryStart(environment, port), { timeout: 60_000, interval: 250 });
}

async function tryStart(environment: NodeJS.ProcessEnv, port: string) {
  const child: ChildProcess = spawn(process.execPath, [join(folder, "app.ts")], {
    env: { ...environment, PORT: port },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await readyUrl(child);
  return { process: child, url: url.replace("localhost", "127.0.0.1") };
}

const payButton = (frame: Frame) => frame.getByRole("button", { name: "Pay" });
const paid = (frame: Frame) => frame.getByText(/^paid$/i).waitFor();
const underWay = (cloud: Cloud, times: number) =>
  expect.poll(() => cloud.asked(), { timeout: 30_000 }).toBeGreaterThanOrEqual(times);

/** The next call is carried out, and its answer lost on the way. */
async function loseAnswer({ page }: Shown): Promise<void> {
  const lose = async (route: Route) => {
    await route.fetch();
    await route.abort("connectionreset");
  };
  await page.route("**/portal/api/pay", lose, { times: 1 });
}

/** Loads the page anew, as a person does who has waited long enough. */
async function reload({ page, frame }: Shown): Promise<void> {
  if (frame === page.mainFrame()) return void (await page.reload());
  await reloadFrame(frame);
}

describe("with the kit", patient, () => {
  test.each(["framed", "alone"] as const)("a reload in the middle, %s", async (how) => {
    const { cloud, launch } = await world("kit");
    const shown = await launch(how);
    const { frame } = shown;
    cloud.hold();
    await payButton(frame).click();
    await underWay(cloud, 1);
    await reload(shown);
    await payButton(frame).click();
    cloud.release();
    await paid(frame);
    expect(cloud.paid()).toBe(1);
    // Its answer was seen: what comes on the next page is another payment.
    await reload(shown);
    await payButton(frame).click();
    await paid(frame);
    expect(cloud.paid()).toBe(2);
  });

  test("another page of the app, a reload there, and back", async () => {
    const { cloud, launch } = await world("kit");
    const shown = await launch("framed");
    const { frame } = shown;
    cloud.hold();
    await payButton(frame).click();
    await underWay(cloud, 1);
    await frame.getByRole("button", { name: "Elsewhere" }).click();
    await reload(shown);
    await frame.evaluate(() => history.back());
    await frame.waitForURL(/\/portal$/);
    await reload(shown);
    cloud.release();
    await payButton(frame).click();
    await paid(frame);
    expect(cloud.paid()).toBe(1);
  });

  test("the process is killed in the middle, and the page loaded again", async () => {
    const { cloud, launch, killAndRestart } = await world("kit");
    const shown = await launch("framed");
    const { frame } = shown;
    cloud.hold();
    await payButton(frame).click();
    await underWay(cloud, 1);
    await killAndRestart();
    await frame.getByText("not known: unknown").waitFor();
    cloud.release();
    await reload(shown);
    await payButton(frame).click();
    await paid(frame);
    expect(cloud.paid()).toBe(1);
  });

  test("two tabs", async () => {
    const { cloud, launch } = await world("kit");
    const one = await launch("alone");
    const other = await launch("alone");
    await loseAnswer(other);
    cloud.hold();
    await payButton(one.frame).click();
    await underWay(cloud, 1);
    await payButton(other.frame).click();
    cloud.release();
    await Promise.all([paid(one.frame), other.frame.getByText("not known: unknown").waitFor()]);
    // What the one has seen, the other has not.
    await payButton(other.frame).click();
    await paid(other.frame);
    expect(cloud.paid()).toBe(1);
  });

  test("the answer is lost, and the tab is closed: the next one goes on", async () => {
    const { cloud, launch } = await world("kit");
    const one = await launch("alone");
    await loseAnswer(one);
    await payButton(one.frame).click();
    await one.frame.getByText("not known: unknown").waitFor();
    await one.page.close();
    const other = await launch("alone");
    await payButton(other.frame).click();
    await paid(other.frame);
    expect(cloud.paid()).toBe(1);
  });
});

describe("rendered by the app's own server", patient, () => {
  test("a reload in the middle", async () => {
    const { cloud, launch } = await world("rendered");
    const shown = await launch("framed");
    const { frame } = shown;
    cloud.hold();
    await payButton(frame).click({ noWaitAfter: true });
    await underWay(cloud, 1);
    await reload(shown);
    // Two minutes later: a page that was left keeps its press for longer than the one that is still there.
    await payButton(frame).waitFor();
    const becomeOlder = () =>
      frame.evaluate(() => {
        const { annexPresses, ...rest } = history.state as { annexPresses: Record<string, { at: number }> };
        for (const press of Object.values(annexPresses)) press.at = Date.now() - 120_000;
        history.replaceState({ ...rest, annexPresses }, "");
      });
    // A frame that is still being put in place takes what it was asked with it.
    await vi.waitFor(becomeOlder, { timeout: 30_000 });
    await payButton(frame).click({ noWaitAfter: true });
    cloud.release();
    await frame.getByRole("heading", { name: "Paid" }).waitFor();
    expect(cloud.paid()).toBe(1);
    await frame.getByRole("link", { name: "Another" }).click();
    await payButton(frame).click();
    await frame.getByRole("heading", { name: "Paid" }).waitFor();
    expect(cloud.paid()).toBe(2);
  });

  test("refused, gone back, and pressed again when nothing stands in the way any more", async () => {
    const { cloud, launch } = await world("rendered");
    const { page } = await launch("alone");
    await page.getByRole("button", { name: "Joe" }).click();
    await page.getByText("The limit is reached.").waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Joe" }).click();
    await page.getByRole("heading", { name: "Paid" }).waitFor();
    expect(cloud.paid()).toBe(1);
  });

  // The page stays, and nothing on it changes: the same file came for an hour, with nothing paid.
  test("answered by a file: a double press is one, and a later one another", async () => {
    const { cloud, launch } = await world("rendered");
    const { page, frame } = await launch("alone");
    const receipt = async (press: () => Promise<void>) => {
      const download = page.waitForEvent("download");
      await press();
      await download;
    };
    const button = frame.getByRole("button", { name: "Receipt" });
    await receipt(() => button.dblclick({ noWaitAfter: true }));
    expect(cloud.paid()).toBe(1);
    await expect
      .poll(
        () => frame.evaluate(() => Object.keys((history.state as { annexPresses: object }).annexPresses)),
        {
          timeout: 30_000,
        },
      )
      .toEqual([]);
    expect(cloud.paid()).toBe(1);
    await receipt(() => button.click({ noWaitAfter: true }));
    await expect.poll(() => cloud.paid(), { timeout: 30_000 }).toBe(2);
  });

  test("the process is killed in the middle: back from the browser's own page, and pressed again", async () => {
    const { cloud, launch, killAndRestart } = await world("rendered");
    const { page, frame } = await launch("alone");
    cloud.hold();
    await payButton(frame).click({ noWaitAfter: true });
    await underWay(cloud, 1);
    await killAndRestart();
    await expect.poll(() => page.url(), { timeout: 30_000 }).toMatch(/chrome-error|\/portal\/pay$/);
    cloud.release();
    await page.goBack();
    await payButton(page.mainFrame()).click();
    await page.getByRole("heading", { name: "Paid" }).waitFor();
    expect(cloud.paid()).toBe(1);
    // Seen: going back and pressing once more is another payment.
    await page.goBack();
    await payButton(page.mainFrame()).click();
    await page.getByRole("heading", { name: "Paid" }).waitFor();
    expect(cloud.paid()).toBe(2);
  });
});
