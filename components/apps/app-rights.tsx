import { Card } from '../ui/card';
import { Checkbox, Choices } from '../ui/checkbox';
import type { Group } from './app-form';
import type { Fill } from './app-identity';

/** A box of a form: ticked as it was sent, or as it is stored. */
const box = ({ values, errors }: Fill, name: string) => ({
  name,
  defaultChecked: values[name] === 'on',
  error: errors[name],
});
const radio = ({ values }: Fill, name: string, value: string) => ({
  type: 'radio' as const,
  name,
  value,
  defaultChecked: (values[name] ?? '') === value,
});

export function Rights(fill: Fill) {
  return (
    <Card id="rights" title="What it may do">
      <div className="space-y-7">
        <Choices legend="It gets tokens" error={fill.errors.grantTypes}>
          <Checkbox
            {...box(fill, 'authorizationCode')}
            label="When somebody signs in"
            hint="The usual way, by a browser (authorization code)."
          />
          <Checkbox
            {...box(fill, 'refreshToken')}
            label="Again without asking"
            hint="So that the app goes on while the person is away, as long as the session here lasts (refresh token)."
          />
          <Checkbox
            {...box(fill, 'deviceCode')}
            label="When somebody enters a code"
            hint="For televisions and command lines, which have no browser (device flow)."
          />
          <Checkbox
            {...box(fill, 'clientCredentials')}
            label="For itself"
            hint="For jobs in which no person takes part (client credentials)."
          />
        </Choices>
        <Choices legend="It may know of a person" hint="Besides a number that stands for them. People are asked first.">
          <Checkbox {...box(fill, 'profile')} label="The name" hint="With user name, language and time zone." />
          <Checkbox {...box(fill, 'email')} label="The e-mail address" />
          <Checkbox {...box(fill, 'groupsClaim')} label="The groups" hint="The names of all groups they are in." />
        </Choices>
      </div>
    </Card>
  );
}

export function Who({ groups, ...fill }: Fill & { groups: Group[] }) {
  return (
    <Card id="who" title="Who may sign in to it">
      <div className="space-y-7">
        <Choices
          legend="Groups"
          error={fill.errors.groups}
          hint={
            groups.length
              ? 'Only people in one of the groups you choose. With none chosen, everybody.'
              : 'Everybody. Make a group first to let in only some.'
          }
        >
          {groups.map(({ id, name }) => (
            <Checkbox key={id} {...box(fill, `group.${id}`)} label={name} />
          ))}
        </Choices>
        <Choices legend="The sign-in must at least be">
          <Checkbox {...radio(fill, 'demandedAcr', '')} label="Any that is good enough here" />
          <Checkbox {...radio(fill, 'demandedAcr', 'phr')} label="By a passkey" />
          <Checkbox
            {...radio(fill, 'demandedAcr', 'phrh')}
            label="By a passkey that stays on one device"
            hint="Such as a security key. Passkeys that are synced are not let in."
          />
        </Choices>
        <Choices legend="Consent">
          <Checkbox
            {...box(fill, 'firstParty')}
            label="This app is ours"
            hint="People are not asked whether it may know what you chose above. Only for apps that you run yourself."
          />
        </Choices>
      </div>
    </Card>
  );
}

const signatures = [
  ['RS256', 'RS256', 'Every app understands it.'],
  ['ES256', 'ES256', 'Shorter and faster, for apps that know it.'],
] as const;
const identifiers = [
  ['public', 'The same number in every app', ''],
  ['pairwise', 'A number of its own for this app', 'So that apps cannot tell that two of their people are one.'],
] as const;

export function Details(fill: Fill) {
  return (
    <Card id="details" title="Details" text="Good as they are for nearly every app.">
      <div className="space-y-7">
        <Choices legend="ID tokens are signed with">
          {signatures.map(([value, label, hint]) => (
            <Checkbox key={value} {...radio(fill, 'signingAlg', value)} label={label} hint={hint} />
          ))}
        </Choices>
        <Choices legend="A person is known to it by" error={fill.errors.subjectType}>
          {identifiers.map(([value, label, hint]) => (
            <Checkbox key={value} {...radio(fill, 'subjectType', value)} label={label} hint={hint} />
          ))}
        </Choices>
        <Choices legend="Protection of the sign-in">
          <Checkbox
            {...box(fill, 'requiresPkce')}
            label="PKCE is required"
            hint="Turn it off only for an app that cannot do it. Without it, a code that is seen on the way can be used by others."
          />
        </Choices>
      </div>
    </Card>
  );
}
