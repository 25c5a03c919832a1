// The face of positions and times: fetched once the studio stands, since the system's own will do until
// then.
import source from '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-500-normal.woff2?url';

export function loadFigures(): void {
  // One weight for all: positions and times need no other.
  const face = new FontFace('JetBrains Mono', `url(${source})`, { weight: '100 800', display: 'swap' });
  document.fonts.add(face);
  face.load().catch(() => {}); // without it the system's own stays
}
