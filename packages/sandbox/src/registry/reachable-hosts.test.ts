/** Which hosts the real Cloud could reach: a URL is secure only there. Contract section 2. */
import { expect, test } from "vitest";
import { canBePublic } from "./reachable-hosts.ts";

const hostOf = (url: string) => new URL(url).hostname;

test.each([
  "https://app.acme.com/c",
  "https://acme.co.uk",
  "https://93.184.216.34",
  "https://[2606:2800:220:1::1]",
  "https://172.32.0.1",
  "https://localhost.acme.com",
])("%s can be public", (url) => {
  expect(canBePublic(hostOf(url))).toBe(true);
});

test.each([
  "https://localhost",
  "https://LOCALHOST.",
  "https://app.localhost",
  "https://127.0.0.1",
  "https://127.1",
  "https://0x7f.0.0.1",
  "https://2130706433",
  "https://[::1]",
  "https://[::]",
  "https://[::ffff:127.0.0.1]",
  "https://[::ffff:10.0.0.1]",
  "https://0.0.0.0",
  "https://10.1.2.3",
  "https://172.16.0.1",
  "https://192.168.1.5",
  "https://169.254.1.1",
  "https://100.64.0.1",
  "https://[fd00::1]",
  "https://[fe80::1]",
  "https://printer.local",
  "https://app.internal",
  "https://intranet",
  "https://app.corp",
  "https://me.localdomain",
  "https://hidden.onion",
  "https://192.0.2.1",
  "https://198.18.0.1",
  "https://203.0.113.9",
  "https://224.0.0.1",
  "https://255.255.255.255",
  "https://[fec0::1]",
  "https://[ff02::1]",
  "https://[2001:db8::1]",
  "https://[64:ff9b::7f00:1]",
  "https://[::7f00:1]",
  "https://[2002:7f00:1::]",
  "https://[2001:0:53aa::1]",
  "https://[100::1]",
  "https://[3fff::1]",
  "https://192.88.99.1",
])("%s cannot", (url) => {
  expect(canBePublic(hostOf(url))).toBe(false);
});
