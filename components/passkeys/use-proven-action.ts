'use client';

import { useActionState } from 'react';
import type { FormState } from '@/lib/http';
import type { FormAction } from '../ui/action-form';
import { useConfirm } from './step-up';

/** A form's action that may need a fresh proof: asks for it when the server answers with `proofNeeded`, then sends the form again. */
export function useProvenAction(action: FormAction, proofNeeded: string) {
  const confirm = useConfirm();
  return useActionState<FormState, FormData>(
    async (previous, form) => {
      const outcome = await action(previous, form);
      const askFirst = outcome.status === 'failed' && outcome.message === proofNeeded;
      return askFirst && (await confirm()) ? action(previous, form) : outcome;
    },
    { status: 'idle' },
  );
}
