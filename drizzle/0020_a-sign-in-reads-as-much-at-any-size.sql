-- On a large installation make these indexes beforehand: see "A migration of a large installation" in docs/scaling.md.
CREATE INDEX IF NOT EXISTS "audit_events_passkey_used" ON "audit_events" USING btree ("at") WHERE type = 'auth.passkey.success';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_session_created" ON "audit_events" USING btree ("at") WHERE type = 'session.created';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_session_revoked" ON "audit_events" USING btree ("at") WHERE type = 'session.revoked';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_other_type" ON "audit_events" USING btree ("type","at") WHERE type not in ('auth.passkey.success', 'session.created', 'session.revoked');--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "passkeys_by_credential" ON "passkeys" USING hash ("credential_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "sessions_by_token" ON "sessions" USING hash ("token_hash");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "sessions_of_user" ON "sessions" USING hash ("user_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "sessions_of_passkey" ON "sessions" USING hash ("passkey_id");
--> statement-breakpoint
-- UUIDv7 (RFC 9562 §5.7), which Postgres has of its own since 18: a random one, with the milliseconds in its first 48 bits
-- and the version changed from 4 to 7.
create function uuid_v7() returns uuid language sql volatile parallel safe as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;
--> statement-breakpoint
ALTER TABLE "audit_events" ALTER COLUMN "id" SET DEFAULT uuid_v7();--> statement-breakpoint
ALTER TABLE "challenges" ALTER COLUMN "id" SET DEFAULT uuid_v7();--> statement-breakpoint
ALTER TABLE "sessions" ALTER COLUMN "id" SET DEFAULT uuid_v7();
--> statement-breakpoint
-- Last, because it keeps everybody from a table until the end.
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_tokenHash_unique";--> statement-breakpoint
DROP INDEX "audit_events_type";--> statement-breakpoint
DROP INDEX "sessions_user";--> statement-breakpoint
DROP INDEX "sessions_passkey";
