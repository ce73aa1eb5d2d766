import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { ActionForm } from '@/components/ui/action-form';
import { Card } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { requireAdmin } from '@/lib/sessions';
import { readSettings } from '@/lib/settings';
import { saveSettings } from './actions';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  await requireAdmin();
  const { passkeyIsTwoFactors } = await readSettings();
  return (
    <>
      <PageHeading title="Settings">What holds for everybody here.</PageHeading>
      <Card
        id="passkeys"
        title="What a passkey counts for"
        text="A passkey is something that a person has. When the device also checks a fingerprint, face or screen lock, it proves in the same moment that it is the right person."
      >
        <ActionForm action={saveSettings} submit="Save" button={{ variant: 'primary' }}>
          <fieldset className="space-y-4">
            <legend className="sr-only">What a passkey counts for</legend>
            <Checkbox
              type="radio"
              name="passkeys"
              value="two-factors"
              defaultChecked={passkeyIsTwoFactors}
              label="Two steps, when the device checked who it is"
              hint="Recommended. Whoever has two-step sign-in on is asked for a code after the password, but not after such a passkey."
            />
            <Checkbox
              type="radio"
              name="passkeys"
              value="one-factor"
              defaultChecked={!passkeyIsTwoFactors}
              label="One step, always"
              hint="Whoever has two-step sign-in on is asked for a code after a passkey as well. Choose it where a rule of yours demands a separate second factor."
            />
          </fieldset>
        </ActionForm>
      </Card>
    </>
  );
}
