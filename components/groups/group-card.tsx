import { Card } from '../ui/card';
import { ConfirmedAction, PersistentResult } from '../ui/confirmed-action';
import { List, Row } from '../ui/list';
import type { FormAction } from '../ui/use-action';
import { LineForm } from './line-form';

type Member = { id: string; name: string; email: string };
type Group = { id: string; name: string; members: Member[]; clients: string[] };
type Actions = Record<'add' | 'remove' | 'rename' | 'takeOut', FormAction>;

/** A group with the people in it, and what can be done to both. */
export function GroupCard({ group, actions }: { group: Group; actions: Actions }) {
  const { id, name, members, clients } = group;
  return (
    <Card
      id={`group-${id}`}
      title={name}
      text={clients.length > 0 && `Limited to it: ${clients.join(', ')}.`}
      action={
        <div className="flex flex-wrap gap-2">
          <Rename group={group} rename={actions.rename} />
          <Delete group={group} remove={actions.remove} />
        </div>
      }
    >
      <PersistentResult action={actions.takeOut}>
        <List rows={members} empty="Nobody is in it yet.">
          {(member) => (
            <Row
              key={member.id}
              title={member.name}
              action={<TakeOut group={group} member={member} takeOut={actions.takeOut} />}
            >
              <span className="break-words text-muted">{member.email}</span>
            </Row>
          )}
        </List>
      </PersistentResult>
      <div className="mt-5 border-t border-line pt-5">
        <LineForm
          action={actions.add}
          hidden={{ id }}
          field={{
            name: 'email',
            label: `Add somebody to ${name}`,
            type: 'email',
            placeholder: 'E-mail',
            maxLength: 254,
          }}
          submit="Add"
        />
      </div>
    </Card>
  );
}

function Rename({ group: { id, name }, rename }: { group: Group; rename: FormAction }) {
  return (
    <ConfirmedAction
      action={rename}
      hidden={{ id }}
      label={
        <>
          Rename<span className="sr-only"> {name}</span>
        </>
      }
      variant={{ size: 'small' }}
      title={`Rename ${name}`}
      submit="Rename"
      submitVariant="primary"
      fields={[{ name: 'name', label: 'Name', defaultValue: name, maxLength: 64, required: true, autoComplete: 'off' }]}
    >
      <p>Apps that know people’s groups hear of the new name with the next sign-in.</p>
    </ConfirmedAction>
  );
}

function Delete({ group: { id, name, clients }, remove }: { group: Group; remove: FormAction }) {
  return (
    <ConfirmedAction
      action={remove}
      persistent
      hidden={{ id }}
      label={
        <>
          Delete<span className="sr-only"> {name}</span>
        </>
      }
      variant={{ size: 'small', variant: 'danger' }}
      title={`Delete ${name}?`}
      submit="Delete the group"
    >
      <p>
        {clients.length
          ? `Not as long as an app is limited to it: ${clients.join(', ')}. Without the group it would be for everybody.`
          : 'The people in it stay. Apps that know people’s groups hear of it with the next sign-in.'}
      </p>
    </ConfirmedAction>
  );
}

function TakeOut({ group, member, takeOut }: { group: Group; member: Member; takeOut: FormAction }) {
  return (
    <ConfirmedAction
      action={takeOut}
      persistent
      hidden={{ id: group.id, userId: member.id }}
      label={
        <>
          Remove<span className="sr-only"> {member.name}</span>
        </>
      }
      variant={{ size: 'small' }}
      title={`Take ${member.name} out of ${group.name}?`}
      submit="Remove"
    >
      <p>Apps that are limited to the group refuse them from the next request on.</p>
    </ConfirmedAction>
  );
}
