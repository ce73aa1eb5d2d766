ALTER TABLE "pending_sign_ins" ADD COLUMN "security_stamp" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "security_stamp" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What was begun before a factor or the account changed is over (decision 0031). Whoever changes one holds the user's row first.
create function renew_security_stamp() returns trigger language plpgsql as $$
begin
  update users set security_stamp = security_stamp + 1 where id = coalesce(new.user_id, old.user_id);
  return null;
end
$$;
--> statement-breakpoint
create trigger passwords_renew_stamp after insert or delete on passwords
  for each row execute function renew_security_stamp();
--> statement-breakpoint
-- The same password under other parameters is no change, and leaves the time as it is.
create trigger passwords_changed_renew_stamp after update on passwords
  for each row when (old.changed_at is distinct from new.changed_at) execute function renew_security_stamp();
--> statement-breakpoint
create trigger passkeys_removed_renew_stamp after update on passkeys
  for each row when (old.removed_at is distinct from new.removed_at) execute function renew_security_stamp();
--> statement-breakpoint
create trigger totp_secrets_confirmed_renew_stamp after update on totp_secrets
  for each row when (old.confirmed_at is distinct from new.confirmed_at) execute function renew_security_stamp();
--> statement-breakpoint
create trigger totp_secrets_removed_renew_stamp after delete on totp_secrets
  for each row when (old.confirmed_at is not null) execute function renew_security_stamp();
--> statement-breakpoint
create function renew_own_security_stamp() returns trigger language plpgsql as $$
begin
  new.security_stamp := old.security_stamp + 1;
  return new;
end
$$;
--> statement-breakpoint
create trigger users_renew_stamp before update on users
  for each row when ((old.disabled_at, old.role, old.email) is distinct from (new.disabled_at, new.role, new.email))
  execute function renew_own_security_stamp();
