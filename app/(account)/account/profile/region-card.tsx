import { RegionFields } from '@/components/account/region-fields';
import { ActionForm } from '@/components/ui/action-form';
import { Card } from '@/components/ui/card';
import type { Profile } from '@/lib/account';
import { changeRegion } from './actions';

const languages =
  'ar bg ca cs da de de-AT de-CH el en en-AU en-CA en-GB en-US es es-MX et fa fi fr fr-CA fr-CH he hi hr hu id it ja ko lt lv nb nl nl-BE pl pt pt-BR ro ru sk sl sr sv th tr uk vi zh-CN zh-TW'.split(
    ' ',
  );

/** What apps are told beside the name: a user name that stays, and the language and time zone to show things in. */
export function RegionCard({ profile: { username, locale, zoneinfo } }: { profile: Profile }) {
  const text = `Apps that you let know your name can show things in your language and time. Where they want a short user name, yours is ${username}.`;
  return (
    <Card id="region" title="For apps" text={text}>
      <ActionForm action={changeRegion} submit="Save" button={{}}>
        <RegionFields
          locale={{ value: locale ?? '', options: [['', 'As the browser says'], ...named(locale)] }}
          zoneinfo={{ value: zoneinfo ?? '', options: [['', 'Not told'], ...zones(zoneinfo)] }}
        />
      </ActionForm>
    </Card>
  );
}

/** Each language in its own words, with the one that is stored. */
function named(stored: string | null) {
  const all = [...new Set([...languages, ...(stored ? [stored] : [])])];
  return all.map((tag) => [tag, new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag] as const).sort(byText);
}

const byText = (a: readonly [string, string], b: readonly [string, string]) => a[1].localeCompare(b[1], 'en');

function zones(stored: string | null) {
  const all = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...(stored ? [stored] : [])]);
  return [...all].map((zone) => [zone, zone.replaceAll('_', ' ')] as const);
}
