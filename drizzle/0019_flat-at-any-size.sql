-- On a large installation make these indexes beforehand: see "A migration of a large installation" in docs/scaling.md.
CREATE INDEX IF NOT EXISTS "audit_events_type" ON "audit_events" USING btree ("type","at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_refused" ON "audit_events" USING btree ("at") WHERE outcome = 'failure';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_client" ON "audit_events" USING btree ("client_id","at") WHERE client_id is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_target" ON "audit_events" USING btree ("target_id","at") WHERE target_id is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "challenges_of_user" ON "challenges" USING btree ("user_id") WHERE user_id is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "challenges_of_session" ON "challenges" USING btree ("session_id") WHERE session_id is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "challenges_of_enrolment" ON "challenges" USING btree ("enrolment_id") WHERE enrolment_id is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "factor_failures_few" ON "factor_failures" USING btree ("last_at") WHERE failures < 5;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "oidc_artifacts_of_grant" ON "oidc_artifacts" USING btree ("grant_hash") WHERE grant_hash is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "oidc_artifacts_by_uid" ON "oidc_artifacts" USING btree ("uid_hash") WHERE uid_hash is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "oidc_artifacts_by_user_code" ON "oidc_artifacts" USING btree ("user_code_hash") WHERE user_code_hash is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "oidc_artifacts_of_session" ON "oidc_artifacts" USING btree ("session_id") WHERE session_id is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "outbox_due_kind" ON "outbox" USING btree ("kind","next_at") WHERE failed_at is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "outbox_failed_recipient" ON "outbox" USING btree ("recipient") WHERE failed_at is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "outbox_failing" ON "outbox" USING btree ("created_at") WHERE last_error is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "rate_limits_expiry" ON "rate_limits" USING btree ("expire");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_administrators" ON "users" USING btree ("id") WHERE role = 'administrator';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_created" ON "users" USING btree ("created_at","id");
--> statement-breakpoint
-- A name that many addresses begin with, such as info, takes a few looks and not one for each who has it; and only those
-- who want the same name wait for each other.
create or replace function keep_profile() returns trigger language plpgsql as $$
declare
  base text;
  number int := 1;
begin
  if new.username is null then
    base := regexp_replace(split_part(lower(split_part(new.email, '@', 1)), '+', 1), '[^a-z0-9._-]+', '-', 'g');
    base := coalesce(nullif(trim(both '._-' from left(base, 32)), ''), 'user');
    perform pg_advisory_xact_lock(hashtextextended('latchkey usernames ' || base, 0));
    new.username := base;
    while exists (select from users where username = new.username and id <> new.id)
      or (new.role <> 'administrator' and new.username in ('admin', 'administrator', 'root', 'system', 'superuser',
        'sysadmin', 'support', 'security', 'postmaster', 'hostmaster', 'webmaster', 'guest', 'anonymous', 'nobody'))
    loop
      number := number + 1;
      new.username := base || case when number < 10 then number
        else 10 + floor(random() * 10 ^ least(number - 7, 15))::bigint end;
    end loop;
  end if;
  if tg_op = 'UPDATE' then
    new.updated_at := now();
  end if;
  return new;
end
$$;
--> statement-breakpoint
-- Last, because it keeps everybody from a table until the end.
DROP INDEX "challenges_user";--> statement-breakpoint
DROP INDEX "challenges_session";--> statement-breakpoint
DROP INDEX "challenges_enrolment";--> statement-breakpoint
DROP INDEX "oidc_artifacts_grant";--> statement-breakpoint
DROP INDEX "oidc_artifacts_uid";--> statement-breakpoint
DROP INDEX "oidc_artifacts_user_code";--> statement-breakpoint
DROP INDEX "oidc_artifacts_session";--> statement-breakpoint
DROP INDEX "outbox_due";
