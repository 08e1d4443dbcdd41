/**
 * The look: a quiet, near-black (or near-white) surface on which only states
 * and amounts carry colour. Buttons are ink on paper or paper on ink; blue is
 * for links, selection and focus. All text pairs reach AA contrast.
 */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, virtualColor } from "@mantine/core";

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
  "#6c7480",
  "#2b3038",
  "#20252b",
  "#181b20",
  "#0d0f12",
  "#090a0c",
  "#050607",
];

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 8, dark: 1 },
  autoContrast: true,
  // Ink on paper in the light scheme, paper on ink in the dark one: one primary colour with two contrasts.
  colors: { greys, dark, ink: virtualColor({ name: "ink", light: "greys", dark: "greys" }) },
  fontFamily: "'Geist Variable', ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: {
    fontFamily: "'Geist Variable', ui-sans-serif, system-ui, sans-serif",
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
  components: {
    // Their icons lie on the primary colour, which is light in the dark scheme.
    Checkbox: { defaultProps: { iconColor: "var(--mantine-primary-color-contrast)" } },
    Stepper: { vars: () => ({ root: { "--stepper-icon-color": "var(--mantine-primary-color-contrast)" } }) },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, withinPortal: false } },
    Button: { defaultProps: { size: "sm", fw: 550 } },
    // Their title bars are <header>s, which would count as a second banner of the page.
    Modal: {
      defaultProps: { radius: "lg", centered: true, attributes: { header: { role: "presentation" } } },
      styles: { title: { fontWeight: 600 } },
    },
    Drawer: {
      defaultProps: {
        position: "right",
        attributes: { header: { role: "presentation" } },
        styles: { title: { fontWeight: 600 } },
      },
    },
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } },
    },
    Paper: { defaultProps: { withBorder: true, radius: "lg" } },
  },
});

/** Colours that differ between the two schemes, as CSS variables. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: {
    "--mantine-color-dimmed": "#9aa2ad",
    "--mantine-color-placeholder": "#8b939e",
    "--mantine-color-anchor": "#8fb2ff",
    "--mantine-color-error": "#ff8f8f",
    "--annex-surface": "#121519",
    "--annex-raised": "#181b20",
    "--annex-line": "#252a31",
    "--annex-accent": "#8fb2ff",
    "--annex-selected": "#1b2230",
    "--annex-good": "#5fd3a2",
    "--annex-good-soft": "#11261e",
    "--annex-wait": "#e8bd63",
    "--annex-wait-soft": "#2a2212",
    "--annex-bad": "#ff8f8f",
    "--annex-bad-soft": "#2f1719",
    "--annex-note": "#8fb2ff",
    "--annex-note-soft": "#172034",
    "--annex-quiet": "#a9b0ba",
    "--annex-quiet-soft": "#1f242a",
  },
  light: {
    "--mantine-color-body": "#f7f7f5",
    "--mantine-color-dimmed": "#5b6370",
    "--mantine-color-placeholder": "#6b7380",
    "--mantine-color-anchor": "#2352c4",
    "--mantine-color-error": "#b3261e",
    "--annex-surface": "#ffffff",
    "--annex-raised": "#ffffff",
    "--annex-line": "#e3e3df",
    "--annex-accent": "#2352c4",
    "--annex-selected": "#e9eefb",
    "--annex-good": "#0b6b45",
    "--annex-good-soft": "#e2f4eb",
    "--annex-wait": "#7a5200",
    "--annex-wait-soft": "#fbf0d6",
    "--annex-bad": "#b3261e",
    "--annex-bad-soft": "#fce8e6",
    "--annex-note": "#2352c4",
    "--annex-note-soft": "#e6edfc",
    "--annex-quiet": "#4c5460",
    "--annex-quiet-soft": "#eeeeeb",
  },
});
