CREATE TABLE "client_groups" (
	"client_id" text NOT NULL,
	"group_id" uuid NOT NULL,
	CONSTRAINT "client_groups_client_id_group_id_pk" PRIMARY KEY("client_id","group_id")
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"logo" text,
	"auth_method" text NOT NULL,
	"secret_hash" text,
	"jwks" jsonb,
	"redirect_uris" text[] NOT NULL,
	"post_logout_redirect_uris" text[] NOT NULL,
	"backchannel_logout_uri" text,
	"scopes" text[] NOT NULL,
	"grant_types" text[] NOT NULL,
	"signing_alg" text DEFAULT 'RS256' NOT NULL,
	"subject_type" text DEFAULT 'public' NOT NULL,
	"first_party" boolean DEFAULT false NOT NULL,
	"demanded_acr" text,
	"requires_pkce" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "clients_id" CHECK ("clients"."id" ~ '^[A-Za-z0-9._~-]{1,64}$'),
	CONSTRAINT "clients_auth_method" CHECK ("clients"."auth_method" in ('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none')),
	CONSTRAINT "clients_signing_alg" CHECK ("clients"."signing_alg" in ('RS256', 'ES256')),
	CONSTRAINT "clients_subject_type" CHECK ("clients"."subject_type" in ('public', 'pairwise')),
	CONSTRAINT "clients_demanded_acr" CHECK ("clients"."demanded_acr" in ('phr', 'phrh'))
);
--> statement-breakpoint
CREATE TABLE "group_members" (
	"group_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "group_members_user_id_group_id_pk" PRIMARY KEY("user_id","group_id")
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "groups_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"user_id" uuid NOT NULL,
	"client_id" text NOT NULL,
	"scopes" text[] NOT NULL,
	"claims" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "grants_user_id_client_id_pk" PRIMARY KEY("user_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "logout_notices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"client_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"sid" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "oidc_artifacts" (
	"id_hash" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"key_id" text NOT NULL,
	"payload" "bytea" NOT NULL,
	"grant_hash" text,
	"uid_hash" text,
	"user_code_hash" text,
	"client_id" text,
	"user_id" uuid,
	"session_id" uuid,
	"consumed_at" timestamp with time zone,
	"expires_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "session_clients" (
	"session_id" uuid NOT NULL,
	"client_id" text NOT NULL,
	"sid" text NOT NULL,
	CONSTRAINT "session_clients_session_id_client_id_pk" PRIMARY KEY("session_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"alg" text NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"key_id" text NOT NULL,
	"private_jwk" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"signs_from" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "signing_keys_alg" CHECK ("signing_keys"."alg" in ('RS256', 'ES256'))
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "step_up_amr" text[];--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "step_up_acr" text;--> statement-breakpoint
ALTER TABLE "client_groups" ADD CONSTRAINT "client_groups_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_groups" ADD CONSTRAINT "client_groups_group_id_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_id_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "logout_notices" ADD CONSTRAINT "logout_notices_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oidc_artifacts" ADD CONSTRAINT "oidc_artifacts_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oidc_artifacts" ADD CONSTRAINT "oidc_artifacts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oidc_artifacts" ADD CONSTRAINT "oidc_artifacts_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_clients" ADD CONSTRAINT "session_clients_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_clients" ADD CONSTRAINT "session_clients_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "grants_client" ON "grants" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "logout_notices_next" ON "logout_notices" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "oidc_artifacts_grant" ON "oidc_artifacts" USING btree ("grant_hash");--> statement-breakpoint
CREATE INDEX "oidc_artifacts_uid" ON "oidc_artifacts" USING btree ("uid_hash");--> statement-breakpoint
CREATE INDEX "oidc_artifacts_user_code" ON "oidc_artifacts" USING btree ("user_code_hash");--> statement-breakpoint
CREATE INDEX "oidc_artifacts_session" ON "oidc_artifacts" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "oidc_artifacts_user" ON "oidc_artifacts" USING btree ("user_id","client_id");--> statement-breakpoint
CREATE INDEX "oidc_artifacts_client" ON "oidc_artifacts" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "oidc_artifacts_expiry" ON "oidc_artifacts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "session_clients_client" ON "session_clients" USING btree ("client_id");