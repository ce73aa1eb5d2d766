-- Deleting an account takes the person's addresses and browsers out of its events, and nothing else may ever change.
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('latchkey.purging_audit_events', true) = 'on' then
    return old;
  end if;
  if tg_op = 'UPDATE' and current_setting('latchkey.pseudonymising', true) = 'on'
    and new.address = '' and new.browser = ''
    and to_jsonb(new) - '{address,browser}'::text[] = to_jsonb(old) - '{address,browser}'::text[] then
    return new;
  end if;
  raise exception 'audit events are append-only' using errcode = 'insufficient_privilege';
end
$$;
