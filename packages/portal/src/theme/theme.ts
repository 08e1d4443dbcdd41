/**
 * The look of a portal page: calm surfaces, dark and light by what the reader's system prefers, the app's own
 * brand colour on top. Every text colour reaches a contrast of 4.5 on the surface it is used on.
 */
import "@mantine/core/styles/baseline.layer.css";
import "@mantine/core/styles/default-css-variables.layer.css";
import "@mantine/core/styles/global.layer.css";
import "@mantine/core/styles/UnstyledButton.layer.css";
import "@mantine/core/styles/Button.layer.css";
import "@mantine/core/styles/ActionIcon.layer.css";
import "@mantine/core/styles/Loader.layer.css";
import "@mantine/core/styles/Input.layer.css";
import "@mantine/core/styles/Skeleton.layer.css";
import "@mantine/core/styles/SegmentedControl.layer.css";
import "@mantine/core/styles/FloatingIndicator.layer.css";
import "./portal.css";
import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorSchemeManager,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from "@mantine/core";

/** Ten shades from lightest to darkest; the seventh is the filled button, and carries white text. */
export type BrandShades = MantineColorsTuple;

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

const darkShades: MantineColorsTuple = [
  "#e7e9f0",
  "#c3c9d6",
  "#9fa8ba",
  "#8a93a6",
  "#363d4d",
  "#272d3a",
  "#191d27",
  "#101319",
  "#0c0e13",
  "#08090d",
];

/**
 * The theme with an app's brand colour.
 *
 * @example
 * <PortalProvider brand={{ shades: acmeGreen }}>…</PortalProvider>
 */
export function portalTheme(brand: BrandShades = defaultBrand): MantineThemeOverride {
  return createTheme({
    colors: { brand, dark: darkShades },
    primaryColor: "brand",
    primaryShade: { light: 6, dark: 6 },
    defaultRadius: "md",
    cursorType: "pointer",
    respectReducedMotion: true,
    components: { Button: Button.extend({ defaultProps: { size: "sm" } }) },
    fontFamily:
      'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  });
}

/** Where the parts' own colours are too faint for small text, stronger ones. */
export const portalVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f6f7f9",
    "--mantine-color-text": "#171a22",
    "--mantine-color-dimmed": "#555e70",
    "--mantine-color-placeholder": "#667085",
  },
  dark: {
    "--mantine-color-dimmed": "#9fa8ba",
    "--mantine-color-placeholder": "#8a93a6",
  },
});

/** Follows the system at every moment and stores nothing: storage may be denied in a cross-site frame. */
export const systemColorScheme: MantineColorSchemeManager = {
  get: () => "auto",
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};
