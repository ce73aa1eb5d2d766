ALTER TABLE "outbox" ADD COLUMN "user_id" uuid;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_user" ON "outbox" USING btree ("user_id");--> statement-breakpoint
-- What is on its way already belongs to whoever has its address, or asked for its link.
update outbox set user_id = coalesce(
    (select users.id from users where users.email = outbox.recipient),
    (select one_time_tokens.user_id from one_time_tokens where one_time_tokens.token_hash = outbox.link_hash))
  where kind in ('email', 'new-browser-email');
