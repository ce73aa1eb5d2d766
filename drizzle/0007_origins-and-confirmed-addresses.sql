ALTER TABLE "one_time_tokens" DROP CONSTRAINT "one_time_tokens_purpose";--> statement-breakpoint
ALTER TABLE "passwords" ADD COLUMN "recovery_id" uuid;--> statement-breakpoint
ALTER TABLE "passwords" ADD COLUMN "held_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "pending_sign_ins" ADD COLUMN "recovery_id" uuid;--> statement-breakpoint
ALTER TABLE "pending_sign_ins" ADD COLUMN "held_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "totp_secrets" ADD COLUMN "recovery_id" uuid;--> statement-breakpoint
ALTER TABLE "totp_secrets" ADD COLUMN "held_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "one_time_tokens" ADD COLUMN "mailed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "one_time_tokens" ADD COLUMN "break_glass" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "one_time_tokens" ADD COLUMN "recovery_id" uuid;--> statement-breakpoint
ALTER TABLE "passkeys" ADD COLUMN "recovery_id" uuid;--> statement-breakpoint
ALTER TABLE "passkeys" ADD COLUMN "held_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "recovery_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "held_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "recovers_unconfirmed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "one_time_tokens" ADD CONSTRAINT "one_time_tokens_purpose" CHECK ("one_time_tokens"."purpose" in ('setup', 'invite', 'sign-up', 'recover', 'verify-email', 'cancel-recovery'));--> statement-breakpoint
-- Who has an account today keeps the way back that there was.
UPDATE "users" SET "recovers_unconfirmed" = true WHERE "email_verified_at" IS NULL;
