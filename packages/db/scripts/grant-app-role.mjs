/**
 * Gives the role of the running product (portal and worker) its rights: to read and write the tables that its work needs,
 * and to the audit SELECT and INSERT alone. With a role that does not own the tables, not even a program that was taken
 * over can change what the audit says, nor switch off the trigger that refuses it.
 *
 * Run by migrate.mjs after every migration, so that tables which a new release brings are covered too.
 * @param {import('pg').Client} client the owner of the tables
 * @param {string} role
 * @param {string} [password] the role's: it is made when it is missing, and signs in with this from now on. Without it the
 *   role must be there, and its password stays.
 */
export async function grantAppRole(client, role, password) {
  const name = client.escapeIdentifier(role)
  if (password) await createIfMissing(client, role)
  await refuseMightyRole(client, role)
  // Only now: a name that was mistyped must not give an administrator another password.
  if (password) await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(password)}`)
  // The simple protocol runs these as one transaction: the product never finds itself without rights in between.
  await client.query(`
    GRANT USAGE ON SCHEMA public TO ${name};
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${name};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name};
    REVOKE ALL ON _prisma_migrations FROM ${name};
    REVOKE ALL ON audit_entries FROM ${name};
    GRANT SELECT, INSERT ON audit_entries TO ${name};
    REVOKE DELETE ON audit_generations FROM ${name};
  `)
}

/**
 * @param {import('pg').Client} client
 * @param {string} role
 */
async function createIfMissing(client, role) {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
  if (rowCount === 0) await client.query(`CREATE ROLE ${client.escapeIdentifier(role)}`)
}

/**
 * A role that may do anything, or that may become the owner, would only look restricted.
 * @param {import('pg').Client} client
 * @param {string} role
 */
async function refuseMightyRole(client, role) {
  const { rows } = await client.query(
    `SELECT rolsuper AS "isSuperuser", pg_has_role(oid, current_user, 'MEMBER') AS "isOwner"
     FROM pg_roles WHERE rolname = $1`,
    [role],
  )
  const [found] = rows
  if (!found) {
    const statement = `CREATE ROLE ${client.escapeIdentifier(role)} LOGIN PASSWORD '...'`
    throw new Error(`the role "${role}" (DATABASE_APP_ROLE) does not exist; create it first: ${statement}`)
  }
  if (found.isSuperuser)
    throw new Error(`the role "${role}" (DATABASE_APP_ROLE) is a superuser: no right can be kept from it`)
  if (found.isOwner)
    throw new Error(`the role "${role}" (DATABASE_APP_ROLE) is, or may become, the owner of the tables`)
}
