'use client';

import 'swagger-ui-dist/swagger-ui.css';
import { useEffect, useRef, useState } from 'react';
import { shownAsHeader } from '../ui/shown-as';

/** The description of an API to read and to try, drawn by Swagger UI; it asks no other host for anything. */
export function ApiReference({ url }: { url: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  useEffect(() => {
    const { classList, dataset } = document.documentElement;
    const isDark = dataset.theme ? dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    classList.toggle('dark-mode', isDark);
    import('swagger-ui-dist/swagger-ui-es-bundle.js').then(
      ({ default: SwaggerUI }) => {
        const domNode = place.current!;
        // A page has one main landmark, which is ours.
        const onComplete = () => domNode.querySelector('main')?.setAttribute('role', 'presentation');
        const requestInterceptor = (request: { headers: object }) => {
          Object.assign(request.headers, shownAsHeader());
          return request;
        };
        const fixed = { validatorUrl: null, docExpansion: 'list', tryItOutEnabled: true } as const;
        SwaggerUI({ domNode, url, ...fixed, requestInterceptor, onComplete });
        setState('shown');
      },
      () => setState('failed'),
    );
    return () => classList.remove('dark-mode');
  }, [url]);
  return (
    <>
      {state === 'loading' && <p className="text-sm text-muted">Loading the reference …</p>}
      {state === 'failed' && <p className="text-sm text-danger">The reference could not be loaded. Reload the page.</p>}
      <div ref={place} className="api-reference" />
    </>
  );
}
