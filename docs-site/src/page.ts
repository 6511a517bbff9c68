import '@fontsource-variable/inter/wght.css';
import '../../dashboard/src/styles/base.css';
import './page.css';
import './article.css';
import './code.css';
import { startMenu } from './menu.ts';
import { startSearch } from './search-box.ts';

/** What needs this script is hidden in the page until it runs. */
const shown = (selector: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(selector)!;
  element.hidden = false;
  return element;
};

const theme = shown('.theme').querySelector('select')!;
theme.value = document.documentElement.dataset['theme'] ?? 'system';
theme.addEventListener('change', () => {
  document.documentElement.dataset['theme'] = theme.value;
  localStorage.setItem('understudy.theme', theme.value);
});

startMenu(shown('.menu'), document.getElementById('navigation')!);
startSearch(shown('.search'));
