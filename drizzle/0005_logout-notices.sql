-- However a session ends (signing out, a removed passkey, a disabled or deleted user, the purge), the clients that it
-- signed in to are told: OpenID Connect Back-Channel Logout.
create function note_logout() returns trigger language plpgsql as $$
begin
  insert into logout_notices (client_id, user_id, session_id, sid)
    select session_clients.client_id, old.user_id, old.id, session_clients.sid
    from session_clients join clients on clients.id = session_clients.client_id
    where session_clients.session_id = old.id and clients.backchannel_logout_uri is not null;
  return old;
end
$$;
--> statement-breakpoint
create trigger sessions_note_logout before delete on sessions
  for each row execute function note_logout();
