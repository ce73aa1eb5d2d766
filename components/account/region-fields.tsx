'use client';

import { useEffect, useRef } from 'react';
import { Select } from '../ui/select';

type Choice = { value: string; options: readonly (readonly [string, string])[] };

/** Language and time zone. Where no zone was chosen yet, the browser's is offered. */
export function RegionFields({ locale, zoneinfo }: { locale: Choice; zoneinfo: Choice }) {
  const fields = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const zone = fields.current?.querySelector<HTMLSelectElement>('[name=zoneinfo]');
    const localTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone && !zoneinfo.value && [...zone.options].some(({ value }) => value === localTimeZone))
      zone.value = localTimeZone;
  }, [zoneinfo.value]);

  return (
    <div ref={fields} className="grid max-w-xl gap-5 sm:grid-cols-2">
      <Select
        key={`locale-${locale.value}`}
        name="locale"
        label="Language"
        options={locale.options}
        defaultValue={locale.value}
      />
      <Select
        key={`zone-${zoneinfo.value}`}
        name="zoneinfo"
        label="Time zone"
        options={zoneinfo.options}
        defaultValue={zoneinfo.value}
      />
    </div>
  );
}
