CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"recipient" text,
	"subject" text,
	"client_id" text,
	"payload" jsonb,
	"key_id" text,
	"sealed" "bytea",
	"link_hash" text,
	"expires_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_error" text,
	"failed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("next_at") WHERE failed_at is null;--> statement-breakpoint
CREATE INDEX "outbox_failed" ON "outbox" USING btree ("failed_at");--> statement-breakpoint
CREATE INDEX "outbox_client" ON "outbox" USING btree ("client_id");--> statement-breakpoint
-- However a session ends, the clients that it signed in to are told, now by way of the outbox.
create or replace function note_logout() returns trigger language plpgsql as $$
begin
  insert into outbox (kind, client_id, payload)
    select 'logout-notice', session_clients.client_id,
      jsonb_build_object('userId', old.user_id, 'sessionId', old.id, 'sid', session_clients.sid)
    from session_clients join clients on clients.id = session_clients.client_id
    where session_clients.session_id = old.id and clients.backchannel_logout_uri is not null;
  return old;
end
$$;
