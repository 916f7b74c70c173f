import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  respectReducedMotion: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif, "Apple Color Emoji", "Noto Color Emoji"',
  headings: { fontWeight: '650' },
  components: {
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5, blur: 2 } }, styles: { title: { fontWeight: 650 } } },
    // What it would focus instead of the first item has no place in a menu.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Drawer: { styles: { title: { fontWeight: 650 } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
});

/** Mantine's own colours of secondary text and of light badges are too pale to be read by everybody (WCAG AA wants 4.5 : 1). */
export const readableColors: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': theme.colors.gray[7],
    '--mantine-color-indigo-light-color': '#2f44ad',
    '--mantine-color-teal-light-color': '#05634a',
    '--mantine-color-yellow-light-color': '#7a4a00',
    '--mantine-color-orange-light-color': '#8f3408',
    '--mantine-color-red-light-color': '#a61e1e',
    '--mantine-color-red-filled': theme.colors.red[9],
    '--mantine-color-error': theme.colors.red[9],
  },
  dark: { '--mantine-color-dimmed': '#a8a8a8', '--mantine-color-error': theme.colors.red[4] },
});
