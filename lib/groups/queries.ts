import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { type Db, firstRow } from '@/db';
import { clientGroups, groupMembers, groups, users } from '@/db/schema';
import { fail, ok } from '@/lib/result';

/** Groups with their people and the names of the clients that are limited to them, by name; all, or those after a name. */
export const listGroupRows = (db: Db, limit = 10_000, after?: string) =>
  db
    .select({
      id: groups.id,
      name: groups.name,
      members: sql<{ id: string; name: string; email: string }[]>`coalesce(json_agg(json_build_object(
        'id', ${users.id}, 'name', ${users.name}, 'email', ${users.email}) order by ${users.name})
        filter (where ${users.id} is not null), '[]')`,
      clients: sql<string[]>`array(select clients.name from client_groups
        join clients on clients.id = client_groups.client_id
        where client_groups.group_id = ${groups.id} order by clients.name)`,
    })
    .from(groups)
    .leftJoin(groupMembers, eq(groupMembers.groupId, groups.id))
    .leftJoin(users, eq(users.id, groupMembers.userId))
    .where(after === undefined ? undefined : gt(groups.name, after))
    .groupBy(groups.id)
    .orderBy(asc(groups.name))
    .limit(limit);

/** Every group's name, for a choice among them. */
export const listGroupNames = (db: Db) =>
  db.select({ id: groups.id, name: groups.name }).from(groups).orderBy(asc(groups.name)).limit(10_000);

/** Inserts a group, or returns nothing when the name is taken. */
export const insertGroup = (db: Db, name: string) =>
  db.insert(groups).values({ name }).onConflictDoNothing().returning({ id: groups.id }).then(firstRow);

export async function renameGroupRow(db: Db, id: string, name: string) {
  const taken = await db.$count(groups, and(eq(groups.name, name), sql`${groups.id} <> ${id}::uuid`));
  if (taken) return 'group_name_taken' as const;
  const [renamed] = await db.update(groups).set({ name }).where(eq(groups.id, id)).returning({ id: groups.id });
  return renamed ? undefined : ('group_not_found' as const);
}

/** Deletes a group that no client is limited to: such a client would be for everybody afterwards. */
export async function deleteGroupRow(db: Db, id: string) {
  if (await db.$count(clientGroups, eq(clientGroups.groupId, id))) return 'group_in_use' as const;
  const [deleted] = await db.delete(groups).where(eq(groups.id, id)).returning({ id: groups.id });
  return deleted ? undefined : ('group_not_found' as const);
}

/** Adds the user of an address to a group, or says which of the two there is not. */
export async function addMemberByEmail(db: Db, groupId: string, email: string) {
  if (!(await db.$count(groups, eq(groups.id, groupId)))) return fail('group_not_found');
  const [user] = await db.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (!user) return fail('user_address_unknown');
  await db.insert(groupMembers).values({ groupId, userId: user.id }).onConflictDoNothing();
  return ok(user);
}

export const removeMemberRow = (db: Db, groupId: string, userId: string) =>
  db
    .delete(groupMembers)
    .where(and(eq(groupMembers.groupId, groupId), eq(groupMembers.userId, userId)))
    .returning({ userId: groupMembers.userId })
    .then(firstRow);
