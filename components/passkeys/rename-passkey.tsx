'use client';

import { Pencil } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { renamePasskey } from './api';
import { NextStep } from './ceremony-message';
import { usePasskeyManager } from './passkey-manager';
import { describeRefusal } from './server-errors';
import type { Sentence } from './types';

type RenamePasskeyProps = { passkey: { id: string; name: string } };

/** The name of a passkey, which turns into a field when it is to be changed. */
export function RenamePasskey({ passkey }: RenamePasskeyProps) {
  const { fresh, setFresh } = usePasskeyManager();
  const [requested, setRequested] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  const editing = requested || fresh === passkey.id;

  function close() {
    setRequested(false);
    if (fresh === passkey.id) setFresh(undefined);
  }

  useEffect(() => {
    if (wasEditing.current && !editing) button.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  if (editing) return <NameForm passkey={passkey} onClose={close} />;
  return (
    <div className="flex min-w-0 flex-1 items-start justify-between gap-1">
      <h3 className="min-w-0 py-1.5 leading-6 font-semibold break-words">{passkey.name}</h3>
      <Button
        ref={button}
        variant="quiet"
        size="icon"
        aria-label={`Rename ${passkey.name}`}
        onClick={() => setRequested(true)}
      >
        <Pencil aria-hidden size={16} className="text-muted" />
      </Button>
    </div>
  );
}

function NameForm({ passkey, onClose }: RenamePasskeyProps & { onClose: () => void }) {
  const { announce } = usePasskeyManager();
  const [error, setError] = useState<ReactNode>();
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  useEffect(() => input.current?.select(), []);

  async function save(event: FormEvent) {
    event.preventDefault();
    const name = (input.current?.value ?? '').normalize('NFC').trim();
    const refusal = checkName(name);
    if (busy || refusal) return refused(refusal);
    if (name === passkey.name) return onClose();

    setBusy(true);
    const answer = await renamePasskey(passkey.id, name);
    setBusy(false);
    if (!answer.ok)
      return refused(
        answer.error.status === 400 ? unsuitable : <Refused {...describeRefusal(answer.error, 'confirm')} />,
      );
    announce(`The passkey is now called “${answer.value.passkey.name}”.`);
    onClose();
  }

  function refused(text?: ReactNode) {
    setError(text);
    input.current?.focus();
  }

  return (
    <form
      onSubmit={save}
      className="min-w-0 flex-1"
      onKeyDown={(event: KeyboardEvent) => event.key === 'Escape' && onClose()}
    >
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        Name of this passkey
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          ref={input}
          id={id}
          defaultValue={passkey.name}
          autoComplete="off"
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          className="h-9 min-w-0 flex-[1_1_11rem] rounded-control border border-edge bg-surface px-2.5 aria-invalid:border-danger"
        />
        <Button type="submit" variant="primary" size="small" aria-disabled={busy}>
          Save
        </Button>
        <Button size="small" onClick={onClose}>
          Cancel
        </Button>
      </div>
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </form>
  );
}

const unsuitable = 'This name has characters that cannot be used. Try letters, digits and spaces.';

const Refused = ({ title, ...step }: Sentence) => (
  <>
    {title}. <NextStep {...step} />
  </>
);

function checkName(name: string) {
  if (name === '') return 'A passkey needs a name, so that you recognise it later.';
  if ([...name].length > 64) return 'Names can have up to 64 characters.';
}
