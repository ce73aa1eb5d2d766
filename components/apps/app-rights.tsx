import { Card } from '../ui/card';
import { Checkbox, Choices } from '../ui/checkbox';
import type { Group } from './app-form';
import { type Choice, type Fill, Radios } from './app-identity';

/** A box of a form: ticked as it was sent, or as it is stored. */
const Box = ({ fill: { values, errors }, choice: [name, label, hint] }: { fill: Fill; choice: Choice }) => (
  <Checkbox name={name} defaultChecked={values[name] === 'on'} error={errors[name]} label={label} hint={hint} />
);

const Boxes = ({ fill, choices }: { fill: Fill; choices: readonly Choice[] }) =>
  choices.map((choice) => <Box key={choice[0]} fill={fill} choice={choice} />);

const grants: Choice[] = [
  ['authorizationCode', 'When somebody signs in', 'The usual way, by a browser (authorization code).'],
  [
    'refreshToken',
    'Again without asking',
    'So that the app goes on while the person is away, as long as the session here lasts (refresh token).',
  ],
  [
    'deviceCode',
    'When somebody enters a code',
    'For televisions and command lines, which have no browser (device flow).',
  ],
  ['clientCredentials', 'For itself', 'For jobs in which no person takes part (client credentials).'],
];
const scopes: Choice[] = [
  ['profile', 'The name', 'With user name, language and time zone.'],
  ['email', 'The e-mail address'],
  ['groupsClaim', 'The groups', 'The names of all groups they are in.'],
];

export const Rights = (fill: Fill) => (
  <Card id="rights" title="What it may do">
    <div className="space-y-7">
      <Choices legend="It gets tokens" error={fill.errors.grantTypes}>
        <Boxes fill={fill} choices={grants} />
      </Choices>
      <Choices legend="It may know of a person" hint="Besides a number that stands for them. People are asked first.">
        <Boxes fill={fill} choices={scopes} />
      </Choices>
    </div>
  </Card>
);

const demands: Choice[] = [
  ['', 'Any that is good enough here'],
  ['phr', 'By a passkey'],
  ['phrh', 'By a passkey that stays on one device', 'Such as a security key. Passkeys that are synced are not let in.'],
];
const firstParty: Choice = [
  'firstParty',
  'This app is ours',
  'People are not asked whether it may know what you chose above. Only for apps that you run yourself.',
];

export const Who = ({ groups, ...fill }: Fill & { groups: Group[] }) => (
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
        <Boxes fill={fill} choices={groups.map(({ id, name }) => [`group.${id}`, name])} />
      </Choices>
      <Radios fill={fill} name="demandedAcr" legend="The sign-in must at least be" choices={demands} />
      <Choices legend="Consent">
        <Box fill={fill} choice={firstParty} />
      </Choices>
    </div>
  </Card>
);

const signatures: Choice[] = [
  ['RS256', 'RS256', 'Every app understands it.'],
  ['ES256', 'ES256', 'Shorter and faster, for apps that know it.'],
];
const identifiers: Choice[] = [
  ['public', 'The same number in every app'],
  ['pairwise', 'A number of its own for this app', 'So that apps cannot tell that two of their people are one.'],
];
const pkce: Choice = [
  'requiresPkce',
  'PKCE is required',
  'Turn it off only for an app that cannot do it. Without it, a code that is seen on the way can be used by others.',
];

export const Details = (fill: Fill) => (
  <Card id="details" title="Details" text="Good as they are for nearly every app.">
    <div className="space-y-7">
      <Radios fill={fill} name="signingAlg" legend="ID tokens are signed with" choices={signatures} />
      <Radios fill={fill} name="subjectType" legend="A person is known to it by" choices={identifiers} />
      <Choices legend="Protection of the sign-in">
        <Box fill={fill} choice={pkce} />
      </Choices>
    </div>
  </Card>
);
