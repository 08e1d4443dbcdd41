import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const sheet = readFileSync(new URL("./ui.css", import.meta.url), "utf8");
const [, light = "", dark = ""] =
  /:root \{([^}]*)\}.*?:root\[data-mantine[^{]*\{([^}]*)\}/s.exec(sheet) ?? [];

function colour(scheme: string, name: string): readonly number[] {
  const hex = new RegExp(`--annex-${name}: #([0-9a-f]{6});`).exec(scheme)?.[1];
  if (hex === undefined) throw new Error(`${name} has no colour.`);
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

function luminance(parts: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(scheme: string, text: string, surface: string): number {
  const [bright = 0, dim = 0] = [luminance(colour(scheme, text)), luminance(colour(scheme, surface))].sort(
    (left, right) => right - left,
  );
  return (bright + 0.05) / (dim + 0.05);
}

const surfaces = ["page", "surface", "raised", "sunken", "hover", "selected"];
const texts = ["text", "dim", "link", "info", "success", "warning", "danger", "neutral"];
const tones = ["info", "success", "warning", "danger", "neutral"];

describe.each([
  ["light", light],
  ["dark", dark],
])("%s: small text reaches AA", (_name, scheme) => {
  test("on every surface", () => {
    const faint = texts.flatMap((text) =>
      surfaces
        .filter((surface) => contrast(scheme, text, surface) < 4.5)
        .map((surface) => `${text} on ${surface}`),
    );
    expect(faint).toEqual([]);
  });

  test("in every badge and notice", () => {
    expect(tones.filter((tone) => contrast(scheme, tone, `${tone}-tint`) < 4.5)).toEqual([]);
    expect(tones.filter((tone) => contrast(scheme, "text", `${tone}-tint`) < 4.5)).toEqual([]);
  });
});
