import { z } from 'zod';
import { operation } from '@/lib/operation';
import { fail, ok } from '@/lib/result';
import { revokeSessions } from '@/lib/sessions';
import { deleteLinks, isLastAdministrator, setDisabled, setRole } from '@/lib/users';
import { holdActive, holdManaged, lockManaged, onUser } from './managed';

/** Whoever runs the machine may disable an administrator too, but never the last. */
export const disableUser = operation({
  ...onUser,
  name: 'users.disable',
  summary: 'Disables a user; their sessions and every open link end at once, and nothing signs in to the account.',
  refusals: [...onUser.refusals, 'user_is_administrator', 'last_administrator'],
  run: async ({ id }, { tx, actor, record, context }) => {
    const byCommand = actor.kind === 'command';
    if (byCommand && (await isLastAdministrator(tx, id))) return fail('last_administrator');
    const held = await holdManaged(tx, id, actor);
    if (!held.ok) return held;
    if (held.value.role === 'administrator' && !byCommand) return fail('user_is_administrator');
    if (held.value.disabledAt) return ok({});
    await setDisabled(tx, id, new Date());
    await revokeSessions(tx, { userId: id, actor, reason: 'user_disabled' }, context);
    await deleteLinks(tx, id, { fromCommandLine: true });
    await record('admin.user-disabled', { subjectId: id });
    return ok({});
  },
});

export const enableUser = operation({
  ...onUser,
  name: 'users.enable',
  summary: 'Enables a user who was disabled.',
  run: async ({ id }, { tx, actor, record }) => {
    const held = await holdManaged(tx, id, actor);
    if (!held.ok) return held;
    if (!held.value.disabledAt) return ok({});
    await setDisabled(tx, id, null);
    await record('admin.user-enabled', { subjectId: id });
    return ok({});
  },
});

/** Their sessions end with it (requirement G2), and none that is beginning lasts beyond it. */
export const setUserRole = operation({
  name: 'users.set_role',
  summary: 'Makes a user an administrator, or a member again; one administrator stays.',
  access: 'roles.write',
  input: onUser.input.extend({ role: z.enum(['member', 'administrator']) }),
  refusals: [...onUser.refusals, 'last_administrator'],
  lock: (tx, { id, role }, actor) => (role === 'member' ? isLastAdministrator(tx, id) : lockManaged(tx, { id }, actor)),
  run: async ({ id, role }, { tx, actor, record, context }) => {
    if (role === 'member' && (await isLastAdministrator(tx, id))) return fail('last_administrator');
    const held = await holdActive(tx, id, actor);
    if (!held.ok) return held;
    await setRole(tx, id, role);
    await revokeSessions(tx, { userId: id, actor, reason: 'role_changed' }, context);
    await record('admin.role-changed', { subjectId: id, details: { role } });
    return ok({});
  },
});

/** As an administrator may (requirement G6). */
export const revokeUserSessions = operation({
  ...onUser,
  name: 'users.revoke_sessions',
  summary: 'Ends every session of a user, and the sign-ins that are under way.',
  output: z.object({ ended: z.int() }),
  run: async ({ id }, { tx, actor, context }) => {
    const held = await holdManaged(tx, id, actor);
    return held.ok ? ok({ ended: await revokeSessions(tx, { userId: id, actor }, context) }) : held;
  },
});
