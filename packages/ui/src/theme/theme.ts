/**
 * The look: quiet surfaces on which only states and amounts carry colour, in a dark and a light scheme. What differs
 * from page to page is the one colour of its main buttons. All text pairs reach AA contrast.
 */
import "@mantine/core/styles/baseline.layer.css";
import "@mantine/core/styles/default-css-variables.layer.css";
import "@mantine/core/styles/global.layer.css";
import "@mantine/core/styles/UnstyledButton.layer.css";
import "@mantine/core/styles/Button.layer.css";
import "@mantine/core/styles/ActionIcon.layer.css";
import "@mantine/core/styles/Loader.layer.css";
import "@mantine/core/styles/Skeleton.layer.css";
import "./ui.css";
import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
  virtualColor,
} from "@mantine/core";

/** Ten shades from lightest to darkest; the seventh is the filled button, and carries white text. */
export type BrandShades = MantineColorsTuple;

const greys: MantineColorsTuple = [
  "#ffffff",
  "#f1f2f4",
  "#e3e5e9",
  "#cdd1d7",
  "#a5acb6",
  "#777f8b",
  "#535b67",
  "#353b45",
  "#1d2127",
  "#101216",
];

const dark: MantineColorsTuple = [
  "#e7e9ec",
  "#c3c8cf",
  "#9aa2ad",
  "#8b939e",
  "#2b3038",
  "#20252b",
  "#181b20",
  "#0d0f12",
  "#090a0c",
  "#050607",
];

const shared: MantineThemeOverride = {
  colors: { greys, dark },
  fontFamily:
    "'Geist Variable', Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace:
    "'Geist Mono Variable', ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1rem", lineHeight: "1.4" },
      h3: { fontSize: "0.875rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  autoContrast: true,
  components: { Button: { defaultProps: { size: "sm", fw: 550 } } },
};

/**
 * The theme with a colour of its own for the main buttons.
 *
 * @example
 * ```ts
 * const theme = brandTheme(acmeGreen);
 * ```
 */
export function brandTheme(shades: BrandShades): MantineThemeOverride {
  return createTheme({
    ...shared,
    colors: { ...shared.colors, brand: shades },
    primaryColor: "brand",
    primaryShade: { light: 6, dark: 6 },
  });
}

/**
 * The theme without a colour: ink on paper in the light scheme, paper on ink in the dark one.
 *
 * @example
 * ```tsx
 * <MantineProvider theme={inkTheme}>{page}</MantineProvider>
 * ```
 */
export const inkTheme: MantineThemeOverride = createTheme({
  ...shared,
  colors: { ...shared.colors, ink: virtualColor({ name: "ink", light: "greys", dark: "greys" }) },
  primaryColor: "ink",
  primaryShade: { light: 8, dark: 1 },
});

/** Mantine's own variables where its colours are too faint for small text, out of those of `ui.css`. */
export const schemeVariables: CSSVariablesResolver = () => {
  const ours = {
    "--mantine-color-body": "var(--annex-page)",
    "--mantine-color-text": "var(--annex-text)",
    "--mantine-color-dimmed": "var(--annex-dim)",
    "--mantine-color-placeholder": "var(--annex-placeholder)",
    "--mantine-color-anchor": "var(--annex-link)",
    "--mantine-color-error": "var(--annex-danger)",
  };
  return { variables: {}, light: ours, dark: ours };
};
