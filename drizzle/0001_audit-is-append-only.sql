-- An audit event is written once. The purge of old events is the only exception; it says so for its own transaction.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('latchkey.purging_audit_events', true) = 'on' then
    return old;
  end if;
  raise exception 'audit events are append-only' using errcode = 'insufficient_privilege';
end
$$;
--> statement-breakpoint
create trigger audit_events_append_only before update or delete on audit_events
  for each row execute function refuse_audit_change();
