/** The dashboard's theme: that of `@annex/ui` without a colour of its own, and how the parts it uses behave here. */
import { inkTheme } from "@annex/ui";
import { createTheme, mergeThemeOverrides } from "@mantine/core";

/** Their title bars are <header>s, which would count as a second banner of the page. */
const noBanner = { header: { role: "presentation" } };

export const theme = mergeThemeOverrides(
  inkTheme,
  createTheme({
    components: {
      // Their icons lie on the primary colour, which is light in the dark scheme.
      Checkbox: { defaultProps: { iconColor: "var(--mantine-primary-color-contrast)" } },
      Stepper: {
        vars: () => ({ root: { "--stepper-icon-color": "var(--mantine-primary-color-contrast)" } }),
      },
      Menu: { defaultProps: { withInitialFocusPlaceholder: false, withinPortal: false } },
      Modal: {
        defaultProps: { radius: "lg", centered: true, attributes: noBanner },
        styles: { title: { fontWeight: 600 } },
      },
      Drawer: {
        defaultProps: { position: "right", attributes: noBanner, styles: { title: { fontWeight: 600 } } },
      },
      Tooltip: {
        defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } },
      },
    },
  }),
);
