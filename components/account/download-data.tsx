'use client';

import { Download } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { exportAccount } from '../passkeys/api';
import { CeremonyMessage } from '../passkeys/ceremony-message';
import { describeRefusal } from '../passkeys/server-errors';
import { useStepUp } from '../passkeys/step-up';
import type { Sentence } from '../passkeys/types';
import { Button } from '../ui/button';
import { useHydrated } from '../ui/use-hydrated';

/** Everything held about a person, as a file. `otherwise` is shown without a script, where a step-up is needed. */
export function DownloadData({ otherwise }: { otherwise?: ReactNode }) {
  const withStepUp = useStepUp();
  const ready = useHydrated();
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<Sentence>();

  async function download(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const answer = await withStepUp(exportAccount);
    setBusy(false);
    setSentence(answer.ok ? undefined : describeRefusal(answer.error, 'confirm'));
    if (answer.ok) saveFile('latchkey-account.json', JSON.stringify(answer.value, null, 2));
  }

  if (!ready && otherwise) return otherwise;
  return (
    <form method="post" action="/api/account/export" onSubmit={download} className="space-y-4">
      {sentence && <CeremonyMessage sentence={sentence} />}
      <Button type="submit" busy={busy} icon={<Download aria-hidden size={17} />}>
        Download my data
      </Button>
    </form>
  );
}

function saveFile(name: string, text: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
