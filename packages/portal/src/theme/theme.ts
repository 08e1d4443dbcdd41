/**
 * The look of a portal page: that of `@annex/ui`, with the app's own brand colour on top, and the styles of those
 * Mantine parts that pages use besides.
 */
import "@mantine/core/styles/Input.layer.css";
import "@mantine/core/styles/SegmentedControl.layer.css";
import "@mantine/core/styles/FloatingIndicator.layer.css";
import "./portal.css";
import { type BrandShades, brandTheme } from "@annex/ui";
import type { MantineThemeOverride } from "@mantine/core";

const defaultBrand: BrandShades = [
  "#f1f1fe",
  "#e3e2fd",
  "#cbc9fb",
  "#b0adf8",
  "#9692f2",
  "#7b76ea",
  "#5f59dd",
  "#504ac6",
  "#433fa3",
  "#383681",
];

/**
 * The theme with an app's brand colour.
 *
 * @example
 * <PortalProvider brand={{ shades: acmeGreen }}>…</PortalProvider>
 */
export function portalTheme(brand: BrandShades = defaultBrand): MantineThemeOverride {
  return brandTheme(brand);
}
