import { Card } from '../ui/card';
import { Checkbox, Choices } from '../ui/checkbox';
import { Field, TextArea } from '../ui/field';
import { LogoField } from './logo-field';

/** What a form holds and what the server said about it, by the names of its fields. */
export type Fill = { values: Record<string, string>; errors: Record<string, string> };

/** One of several: its value or the name of its box, how it is called, and what it means. */
export type Choice = readonly [name: string, label: string, hint?: string];
type RadiosProps = { fill: Fill; name: string; legend: string; choices: readonly Choice[] };

/** A choice of one, as it was sent or as it is stored. */
export const Radios = ({ fill: { values, errors }, name, legend, choices }: RadiosProps) => (
  <Choices legend={legend} error={errors[name]}>
    {choices.map(([value, label, hint]) => (
      <Checkbox
        key={value}
        type="radio"
        name={name}
        value={value}
        label={label}
        hint={hint}
        defaultChecked={(values[name] ?? '') === value}
      />
    ))}
  </Choices>
);

const of = ({ values, errors }: Fill, name: string) => ({ name, defaultValue: values[name], error: errors[name] });
const mono = { spellCheck: false, autoComplete: 'off', autoCapitalize: 'none', mono: true } as const;

export const About = ({ isNew, ...fill }: Fill & { isNew: boolean }) => (
  <Card id="about" title="About the app" text="People see this when they are asked whether to sign in to it.">
    <div className="max-w-xl space-y-5">
      <Field {...of(fill, 'name')} label="Name" required maxLength={64} autoComplete="off" />
      <LogoField logo={fill.values.logo ?? ''} app={fill.values.name ?? ''} error={fill.errors.logo} />
      {isNew && (
        <Field
          {...of(fill, 'id')}
          label="Client ID (optional)"
          hint="What the app calls itself when it asks. Left empty, one is made. It cannot be changed later."
          maxLength={64}
          {...mono}
        />
      )}
    </div>
  </Card>
);

const ways: Choice[] = [
  [
    'client_secret_basic',
    'With a secret',
    'For apps on a server, which is most of them. The secret is sent in a header.',
  ],
  ['client_secret_post', 'With a secret, in the form', 'For apps on a server that cannot send it in a header.'],
  [
    'private_key_jwt',
    'With a key of its own',
    'For apps on a server that can sign. Nothing secret is shared: we know the public key.',
  ],
  ['none', 'Not at all', 'For apps in a browser, on a phone or a desktop, where no secret stays one. They need PKCE.'],
];

export const ClientAuthentication = (fill: Fill) => (
  <Card id="proof" title="How it proves itself">
    <div className="group/proof">
      <Radios fill={fill} name="authMethod" legend="When it asks for tokens" choices={ways} />
      {fill.values.secretEitherWay && (
        <div className="mt-5">
          <Checkbox
            name="secretEitherWay"
            defaultChecked
            label="The secret is taken in the header and in the form"
            hint="This app was registered before apps were held to one of them. Turn it off once the app sends the secret as chosen above; it cannot be turned on again."
          />
        </div>
      )}
      <div className="mt-5 hidden group-has-[[value=private\_key\_jwt]:checked]/proof:block">
        <TextArea
          {...of(fill, 'jwks')}
          {...mono}
          label="Its public keys"
          hint={
            <>
              A JSON Web Key Set: <code>{'{"keys":[…]}'}</code>. Never paste a private key.
            </>
          }
        />
      </div>
    </div>
  </Card>
);

export const Addresses = (fill: Fill) => (
  <Card id="addresses" title="Addresses" text="People are sent to these and nowhere else. One a line.">
    <div className="space-y-5">
      <TextArea
        {...of(fill, 'redirectUris')}
        {...mono}
        label="After signing in"
        hint="Such as https://app.example.com/callback. On localhost http:// is good too; an app on a phone may have a scheme of its own, such as com.example.app:/callback."
        placeholder="https://"
      />
      <TextArea {...of(fill, 'postLogoutRedirectUris')} {...mono} label="After signing out (optional)" />
      <Checkbox
        name="allowsPrivateHttp"
        defaultChecked={fill.values.allowsPrivateHttp === 'on'}
        label="Allow http:// in your own network"
        hint="For an app at an address such as http://192.168.1.20 or http://nas.local. Anybody who can listen in that network can take over a sign-in."
      />
      <Field
        {...of(fill, 'backchannelLogoutUri')}
        label="Told when a session ends (optional)"
        hint="We send the app a message here (back-channel logout), so that it signs the person out as well."
        type="url"
        placeholder="https://"
        {...mono}
        maxLength={2000}
      />
    </div>
  </Card>
);
