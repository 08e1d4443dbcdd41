import { expect, test } from "vitest";
import { addressesAbove, forgedAddresses } from "./addresses.ts";

const secret = "6f1ed002ab5595859014ebf0951522d9";
const url = `http://a.test/cloud/${secret}/callback`;

test.for([
  "http://a.test/cloud/callback",
  "http://a.test/cloud//callback",
  "http://a.test/callback",
  `http://a.test/cloud/${secret}0/callback`,
  `http://a.test/cloud/${secret.slice(0, 16)}/callback`,
])("somebody may try %s", (forged) => {
  expect(forgedAddresses(url)).toContain(forged);
});

test("no address is the door's own, also where the secret stands last", () => {
  for (const door of [url, `http://a.test/hooks/${secret}`]) {
    expect(forgedAddresses(door)).not.toContain(door);
    expect(forgedAddresses(door)).not.toContain(`http://a.test/${secret}`);
  }
});

test("each address that a link's path goes through stands above it", () => {
  expect(addressesAbove("http://a.test/portal/enter/of?token=1")).toEqual([
    "http://a.test/portal",
    "http://a.test/portal/enter",
  ]);
});
