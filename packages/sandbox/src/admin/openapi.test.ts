/** The admin API's description says what the routes do: same routes, same schemas. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as shapes from "../http/shapes.ts";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { call, startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";

type Operation = {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: { content: { "application/json": { schema: { required?: string[] } } } };
  readonly parameters: readonly { name: string; in: string }[];
};
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Record<string, Operation>>>;
};

let cloud: TestCloud;
let app: TestApp;
beforeAll(async () => {
  cloud = await startTestCloud(withoutLedger);
  app = await startTestApp();
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
});

const read = async () => (await call(cloud.url, "GET", "/admin/openapi.json")).body as unknown as Document;

test("describes every route of the admin API, and no other", async () => {
  const { openapi, paths } = await read();
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => `${method.toUpperCase()} ${path.replace(/\{([a-z]+)\}/g, ":$1")}`,
    ),
  );
  const served = cloud.routes.filter(({ path }) => path.startsWith("/admin/"));
  expect(openapi).toBe("3.1.0");
  expect(described.toSorted()).toEqual(served.map(({ method, path }) => `${method} ${path}`).toSorted());
});

test("says what a body must hold and which query there is", async () => {
  const { paths } = await read();
  const body = paths["/admin/installations"]?.["post"]?.requestBody;
  expect(body?.content["application/json"].schema.required).toEqual(["app_id", "instance_id"]);
  expect(paths["/admin/deliveries"]?.["get"]?.parameters.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["installed_app_id", "kind", "page", "pageSize"]),
  );
  expect(Object.keys(paths["/admin/apps"]?.["post"]?.responses ?? {})).toEqual(["201", "default"]);
});

test("answers have the shapes that it says", async () => {
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  const place = { app_id, instance_id: cloud.instanceIds[0] };
  const installed = await cloud.admin("POST", "/admin/installations", place);
  const id = String(installed.body["installed_app_id"]);
  const launch = { user_id: cloud.members[0]?.user_id };
  const launched = await cloud.admin("POST", `/admin/installations/${id}/launch`, launch);
  const redeliver = `/admin/deliveries/${String(installed.body["delivery_id"])}/redeliver`;
  const given = [
    [shapes.installed, installed],
    [shapes.launched, launched],
    [shapes.redelivered, await cloud.admin("POST", redeliver, {})],
    [shapes.uninstalled, await cloud.admin("DELETE", `/admin/installations/${id}`)],
    [
      shapes.instance,
      await cloud.admin("PATCH", `/admin/instances/${place.instance_id}`, { state: "running" }),
    ],
    [shapes.state, await cloud.admin("GET", "/admin/state")],
    [shapes.listed(shapes.delivery), await cloud.admin("GET", "/admin/deliveries")],
    [shapes.listed(shapes.auditEntry), await cloud.admin("GET", "/admin/audit")],
    [shapes.refusal, await cloud.admin("POST", "/admin/apps", {})],
  ] as const;
  for (const [schema, answer] of given) {
    const checked = schema.strict().safeParse(answer.body);
    expect(checked.error?.issues ?? [], answer.text).toEqual([]);
  }
});
