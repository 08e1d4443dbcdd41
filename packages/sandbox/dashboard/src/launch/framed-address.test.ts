import { expect, test } from "vitest";
import { framedAddress } from "./framed-address.ts";

test("an app at the dashboard's own address is framed as one of another site", () => {
  expect(framedAddress("http://127.0.0.1:3000/enter?token=127.0.0.1")).toBe(
    "http://localhost:3000/enter?token=127.0.0.1",
  );
  expect(framedAddress("http://127.1:3000/")).toBe("http://localhost:3000/");
});

test("every other address is the app's, to the letter", () => {
  for (const url of [
    "http://localhost:3000/enter?token=%61",
    "https://app.example.com",
    "http://[::1]:3000/x",
  ])
    expect(framedAddress(url)).toBe(url);
});
