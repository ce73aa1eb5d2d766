ALTER TABLE "clients" ADD COLUMN "secret_either_way" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- Who is registered already may send the secret as before, until an administrator ends it.
UPDATE "clients" SET "secret_either_way" = true WHERE "auth_method" IN ('client_secret_basic', 'client_secret_post');
