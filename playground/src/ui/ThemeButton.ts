import { IconButton } from './IconButton.ts';
import { currentTheme, nextTheme, setTheme } from './theme.ts';

const icons = { system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const;

/** Cycles through the themes: system, light, dark. */
export class ThemeButton {
  readonly #button: IconButton;

  constructor(testid: string) {
    this.#button = new IconButton({
      icon: 'themeSystem',
      label: 'Theme',
      testid,
      class: 'icon-button--small',
      onClick: () => {
        setTheme(nextTheme(currentTheme()));
        this.render();
      },
    });
    this.render();
  }

  get element(): HTMLElement {
    return this.#button.element;
  }

  render(): void {
    const theme = currentTheme();
    this.#button.setIcon(icons[theme]);
    this.#button.setTooltip(`Theme: ${theme === 'system' ? 'same as the system' : theme}`);
    this.element.setAttribute('aria-label', `Theme: ${theme}`);
  }
}
