import { LineForm } from '@/components/groups/line-form';
import { Card } from '@/components/ui/card';
import { ConfirmedAction, PersistentResult } from '@/components/ui/confirmed-action';
import { List, Row } from '@/components/ui/list';
import { add, remove, rename, takeOut } from './actions';

type Member = { id: string; name: string; email: string };
type GroupProps = { group: { id: string; name: string; members: Member[]; clients: string[] } };

/** A group with the people in it, and what can be done to both. */
export function GroupCard({ group }: GroupProps) {
  const { id, name, members, clients } = group;
  return (
    <Card
      id={`group-${id}`}
      title={name}
      text={clients.length > 0 && `Limited to it: ${clients.join(', ')}.`}
      action={
        <div className="flex flex-wrap gap-2">
          <Rename group={group} />
          <Delete group={group} />
        </div>
      }
    >
      <PersistentResult action={takeOut}>
        <List rows={members} empty="Nobody is in it yet.">
          {(member) => (
            <Row key={member.id} title={member.name} action={<TakeOut group={group} member={member} />}>
              <span className="break-words text-muted">{member.email}</span>
            </Row>
          )}
        </List>
      </PersistentResult>
      <div className="mt-5 border-t border-line pt-5">
        <LineForm
          action={add}
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

const Rename = ({ group: { id, name } }: GroupProps) => (
  <ConfirmedAction
    action={rename}
    hidden={{ id }}
    label="Rename"
    about={` ${name}`}
    variant={{ size: 'small' }}
    title={`Rename ${name}`}
    submitVariant="primary"
    fields={[{ name: 'name', label: 'Name', defaultValue: name, maxLength: 64, required: true, autoComplete: 'off' }]}
  >
    <p>Apps that know people’s groups hear of the new name with the next sign-in.</p>
  </ConfirmedAction>
);

const Delete = ({ group: { id, name, clients } }: GroupProps) => (
  <ConfirmedAction
    action={remove}
    persistent
    hidden={{ id }}
    label="Delete"
    about={` ${name}`}
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

const TakeOut = ({ group, member }: GroupProps & { member: Member }) => (
  <ConfirmedAction
    action={takeOut}
    persistent
    hidden={{ id: group.id, userId: member.id }}
    label="Remove"
    about={` ${member.name}`}
    variant={{ size: 'small' }}
    title={`Take ${member.name} out of ${group.name}?`}
  >
    <p>Apps that are limited to the group refuse them from the next request on.</p>
  </ConfirmedAction>
);
