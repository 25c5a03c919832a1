// The theme on the document: as chosen, or as the system says.
import { type Theme, prefs } from './prefs';

export function resolveTheme(theme: Theme, light: boolean, contrast: boolean): 'dark' | 'light' | 'contrast' {
  if (theme !== 'system') return theme;
  if (contrast) return 'contrast';
  return light ? 'light' : 'dark';
}

// Keeps <html data-theme> right until the returned function is called.
export function followTheme(): () => void {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const theme = resolveTheme(prefs.getState().theme, light.matches, contrast.matches);
    document.documentElement.dataset.theme = theme;
    const ink = getComputedStyle(document.documentElement).getPropertyValue('--s1').trim();
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ink);
  };
  apply();
  const stop = prefs.subscribe(apply);
  light.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  return () => {
    stop();
    light.removeEventListener('change', apply);
    contrast.removeEventListener('change', apply);
  };
}
