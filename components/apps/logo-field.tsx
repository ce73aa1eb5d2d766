'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { useHydrated } from '../ui/use-hydrated';
import { AppMark } from './app-mark';

const MOST = 48 * 1024;
const kinds = ['image/png', 'image/jpeg', 'image/webp'];

type LogoFieldProps = { logo: string; app: string; error?: string };

/** A picture, read into a hidden field: so it is kept while a form is refused, and nothing is fetched when it is shown. */
export function LogoField({ logo, app, error }: LogoFieldProps) {
  const ready = useHydrated();
  const file = useRef<HTMLInputElement>(null);
  const [picture, setPicture] = useState(logo);
  const [problem, setProblem] = useState<string>();

  // What the server kept is what there is, once it has answered.
  useEffect(() => setPicture(logo), [logo]);

  async function choose() {
    const chosen = file.current?.files?.[0];
    if (!chosen) return;
    const refused = problemOf(chosen);
    setProblem(refused);
    if (!refused) setPicture(await dataUrlOf(chosen));
    if (file.current) file.current.value = '';
  }

  return (
    <div>
      <p className="mb-1.5 text-sm font-medium">Picture</p>
      <input type="hidden" name="logo" value={picture} />
      <div className="flex flex-wrap items-center gap-3">
        <AppMark name={app || '?'} logo={picture || null} className="size-14" />
        {ready ? (
          <>
            <input ref={file} type="file" accept={kinds.join()} onChange={choose} hidden aria-label="Picture" />
            <Button size="small" onClick={() => file.current?.click()}>
              {picture ? 'Choose another' : 'Choose a picture'}
            </Button>
            {picture && (
              <Button size="small" variant="quiet" onClick={() => setPicture('')}>
                Remove picture
              </Button>
            )}
          </>
        ) : (
          <p className="text-sm text-muted">Choosing a picture takes JavaScript.</p>
        )}
      </div>
      <p className="mt-1.5 text-sm text-muted">PNG, JPEG or WebP, at most 48 KB. Square ones look best.</p>
      <p role="alert" className="text-sm font-medium text-danger">
        {problem ?? error}
      </p>
    </div>
  );
}

function problemOf({ type, size }: File) {
  if (!kinds.includes(type)) return 'Choose a PNG, JPEG or WebP picture.';
  return size > MOST ? `This picture has ${Math.ceil(size / 1024)} KB, more than 48.` : undefined;
}

const dataUrlOf = (file: File) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
