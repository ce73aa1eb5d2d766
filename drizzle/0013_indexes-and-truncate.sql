CREATE INDEX "audit_events_actor" ON "audit_events" USING btree ("actor_id","at");--> statement-breakpoint
CREATE INDEX "challenges_user" ON "challenges" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "challenges_session" ON "challenges" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "challenges_enrolment" ON "challenges" USING btree ("enrolment_id");--> statement-breakpoint
CREATE INDEX "client_groups_group" ON "client_groups" USING btree ("group_id");--> statement-breakpoint
CREATE INDEX "group_members_group" ON "group_members" USING btree ("group_id");--> statement-breakpoint
CREATE INDEX "pending_sign_ins_user" ON "pending_sign_ins" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "logout_notices_client" ON "logout_notices" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "one_time_tokens_email" ON "one_time_tokens" USING btree ("email");--> statement-breakpoint
CREATE INDEX "one_time_tokens_user" ON "one_time_tokens" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "one_time_tokens_creator" ON "one_time_tokens" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "sessions_seen" ON "sessions" USING btree ("last_seen_at");--> statement-breakpoint
-- The purge may delete, but never what is younger than the shortest retention, whatever it believes the time to be.
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('latchkey.purging_audit_events', true) = 'on'
    and old.at < now() - interval '1 day' then
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
--> statement-breakpoint
create trigger audit_events_no_truncate before truncate on audit_events
  for each statement execute function refuse_audit_change();
