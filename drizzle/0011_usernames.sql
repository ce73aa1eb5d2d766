-- Apps ask for a user name that is short, stays, and is nobody else's. It is made of the e-mail address, with a number
-- where it is taken, or where it is a name that an app may have given to its own administrators.
create function keep_profile() returns trigger language plpgsql as $$
declare
  base text;
  number int := 1;
begin
  if new.username is null then
    perform pg_advisory_xact_lock(hashtextextended('latchkey usernames', 0));
    base := regexp_replace(split_part(lower(split_part(new.email, '@', 1)), '+', 1), '[^a-z0-9._-]+', '-', 'g');
    base := coalesce(nullif(trim(both '._-' from left(base, 32)), ''), 'user');
    new.username := base;
    while exists (select from users where username = new.username and id <> new.id)
      or (new.role <> 'administrator' and new.username in ('admin', 'administrator', 'root', 'system', 'superuser',
        'sysadmin', 'support', 'security', 'postmaster', 'hostmaster', 'webmaster', 'guest', 'anonymous', 'nobody'))
    loop
      number := number + 1;
      new.username := base || number;
    end loop;
  end if;
  if tg_op = 'UPDATE' then
    new.updated_at := now();
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger users_keep_profile
  before insert or update of name, email, email_verified_at, username, locale, zoneinfo on users
  for each row execute function keep_profile();
--> statement-breakpoint
update users set username = null;
