import type { CSSProperties } from 'react';

/** The configured accent for `<html style>`, with whichever of black and white is easier to read on it. */
export function accentStyle(accent: string) {
  const onAccent = luminance(accent) > 0.18 ? '#0b0d10' : '#ffffff';
  return { '--accent': accent, '--on-accent': onAccent } as CSSProperties;
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
