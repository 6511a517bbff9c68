import { useEffect, useState } from 'preact/hooks';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'understudy.theme';
const kept = (): Theme => themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';

/** Light or dark, as the system has it or as the person chose. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(kept);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(key, theme);
  }, [theme]);
  return [theme, setTheme];
}
